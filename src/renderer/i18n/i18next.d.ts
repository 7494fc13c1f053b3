/** Makes `t` refuse a key that the words do not have. */
import 'i18next';
import type { Words } from './words.ts';

declare module 'i18next' {
  interface CustomTypeOptions {
    readonly defaultNS: 'translation';
    readonly resources: { readonly translation: Words };
  }
}
