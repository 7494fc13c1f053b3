/** The shape that every language has to fill: the keys of English, each a text. */
import type { en } from './en.ts';

type Texts<T> = { readonly [K in keyof T]: T[K] extends string ? string : Texts<T[K]> };

export type Words = Texts<typeof en>;
