/** Actions on the settings of event auditing. */
import { z } from 'zod';

export const effectiveOptionSchema = z.object({
  name: z.string(),
  type: z.enum(['switch', 'number', 'list', 'text']),
  summary: z.string(),
  /** As it would be written in a ckan.ini; of a secret, dots when it is set. */
  text: z.string(),
  default_text: z.string(),
  origin: z.enum(['command_line', 'environment', 'ini', 'settings', 'default']),
  /** Where exactly: the flag, the variable, `FILE:LINE`; empty for the default. */
  place: z.string(),
  secret: z.boolean(),
  environment: z.string(),
  ini: z.string(),
  /** Whether it can be changed here with effect: a place that wins over the settings does not have it. */
  changeable: z.boolean(),
});
export type EffectiveOptionView = Readonly<z.infer<typeof effectiveOptionSchema>>;

const effectiveOptionsSchema = z.object({
  options: z.array(effectiveOptionSchema),
  warnings: z.array(z.string()),
  /** The ckan.ini that is read for settings, if one was named. */
  ini: z.string().nullable(),
});

export const OPTION_ACTIONS = {
  event_audit_get_options: {
    summary: 'Each setting, what it is now and where that comes from.',
    input: z.object({}),
    output: effectiveOptionsSchema,
  },
  event_audit_set_option: {
    summary:
      'Changes a setting, or takes the change back. What the command line, the environment or a ckan.ini say still wins.',
    input: z.object({
      name: z.string(),
      /** As it would be written in a ckan.ini; `null` takes the setting back. */
      text: z.string().nullable(),
    }),
    output: effectiveOptionsSchema,
  },
} as const;
