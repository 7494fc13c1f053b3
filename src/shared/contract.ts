/**
 * Every action of the product: its name, its input and its output. IPC, the command line and plugins call the same
 * dispatcher with these; a handler that is missing or mistyped does not compile.
 */
import type { z } from 'zod';
import { ANALYSIS_ACTIONS } from './actions/analysis.ts';
import { EXPLORE_ACTIONS } from './actions/explore.ts';
import { HAND_OVER_ACTIONS } from './actions/hand-over.ts';
import { MODEL_ACTIONS } from './actions/models.ts';
import { OPTION_ACTIONS } from './actions/options.ts';
import { PLUGIN_ACTIONS } from './actions/plugins.ts';
import { SNAPSHOT_ACTIONS } from './actions/snapshots.ts';
import { SOURCE_ACTIONS } from './actions/sources.ts';
import { TRACKING_ACTIONS } from './actions/tracking.ts';
import { WRITE_ACTIONS } from './actions/write.ts';
import type { errorReplySchema } from './errors.ts';

export * from './contract-schemas.ts';
export * from './analysis-schemas.ts';

interface ActionShape {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
  /** What a long action reports while it works. */
  readonly progress?: z.ZodType;
  readonly summary: string;
}

/** The contract. Add an action to one of these groups, then the compiler asks for its handler. */
export const ACTIONS = {
  ...EXPLORE_ACTIONS,
  ...ANALYSIS_ACTIONS,
  ...SOURCE_ACTIONS,
  ...SNAPSHOT_ACTIONS,
  ...HAND_OVER_ACTIONS,
  ...WRITE_ACTIONS,
  ...PLUGIN_ACTIONS,
  ...OPTION_ACTIONS,
  ...MODEL_ACTIONS,
  ...TRACKING_ACTIONS,
} as const satisfies Record<string, ActionShape>;

export type ActionName = keyof typeof ACTIONS;
export type ActionInput<N extends ActionName> = z.input<(typeof ACTIONS)[N]['input']>;
export type ActionRequest<N extends ActionName> = z.output<(typeof ACTIONS)[N]['input']>;
export type ActionOutput<N extends ActionName> = z.output<(typeof ACTIONS)[N]['output']>;
export type ActionProgress<N extends ActionName> = (typeof ACTIONS)[N] extends { progress: infer P extends z.ZodType }
  ? z.output<P>
  : never;

/** Whether a text from outside names an action. */
export function isActionName(name: string): name is ActionName {
  return Object.hasOwn(ACTIONS, name);
}

export type Reply<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: z.infer<typeof errorReplySchema> };
