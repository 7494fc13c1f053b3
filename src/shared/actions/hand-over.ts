/** Actions that write files for others, and check such files. */
import { z } from 'zod';
import {
  count,
  exportInputSchema,
  exportProgressSchema,
  exportResultSchema,
  verificationSchema,
} from '../contract-schemas.ts';

export const HAND_OVER_ACTIONS = {
  event_audit_export: {
    summary: 'Writes a view to a file, atomically, with a manifest. An abort leaves nothing.',
    input: exportInputSchema,
    output: exportResultSchema,
    progress: exportProgressSchema,
  },
  event_audit_verify: {
    summary: 'Checks exported files against their manifests.',
    input: z.object({ paths: z.array(z.string()).min(1) }),
    output: z.object({ files: z.array(verificationSchema) }),
    progress: z.object({ path: z.string(), bytes: count, total: count }),
  },
} as const;
