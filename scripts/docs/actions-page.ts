/** docs/actions.md, made from the contract. */
import { z } from 'zod';
import * as shared from '../../src/shared/contract-schemas.ts';
import { errorReplySchema } from '../../src/shared/errors.ts';
import { auditEventSchema, eventDetailSchema, eventRowSchema } from '../../src/shared/event.ts';
import { filterSchema, sortSchema } from '../../src/shared/filter.ts';
import * as models from '../../src/shared/actions/models.ts';
import { ACTIONS, isActionName, type ActionName } from '../../src/shared/contract.ts';
import { EXPLORE_ACTIONS } from '../../src/shared/actions/explore.ts';
import { HAND_OVER_ACTIONS } from '../../src/shared/actions/hand-over.ts';
import { OPTION_ACTIONS } from '../../src/shared/actions/options.ts';
import { PLUGIN_ACTIONS } from '../../src/shared/actions/plugins.ts';
import { SNAPSHOT_ACTIONS } from '../../src/shared/actions/snapshots.ts';
import { SOURCE_ACTIONS } from '../../src/shared/actions/sources.ts';
import { TRACKING_ACTIONS } from '../../src/shared/actions/tracking.ts';
import { WRITE_ACTIONS } from '../../src/shared/actions/write.ts';
import { CHATTY_ACTIONS } from '../../src/shared/options.ts';

const INTRODUCTION = `# Actions

Everything the product can do is an action with a name. The window, the command, plugins and scripts call the same actions
through the same door, and every call is recorded (see [tracking](tracking.md)). This page is made from \`src/shared/contract.ts\` by
\`npm run generate:docs\`; a test fails when it is not up to date.

From a plugin or a script:

\`\`\`js
import { getAction } from 'event-audit-viewer';

const { events } = await getAction('event_audit_get_events')(
  { actor: 'robot' },
  { category: 'package', user_id: 'user-123', limit: 100, offset: 0 },
);
\`\`\`

The first argument is the context: \`actor\` (who asks; the signed-in user of the computer unless said), \`signal\` (an AbortSignal) and
\`onProgress\` (for actions that report progress). The second is the input. What goes wrong is an \`AppError\` with a \`code\`; a name that is
no action and an input that is not right are refused, and recorded, too.

A field without “needed” may be left out. Times are ISO 8601. Texts of several kinds are written with \`|\`.
`;

const GROUPS: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['Looking at events', EXPLORE_ACTIONS],
  ['Stores', SOURCE_ACTIONS],
  ['Snapshots', SNAPSHOT_ACTIONS],
  ['Files', HAND_OVER_ACTIONS],
  ['Changing a store', WRITE_ACTIONS],
  ['Views, notes, exports', models.MODEL_ACTIONS],
  ['Tracking', TRACKING_ACTIONS],
  ['Plugins', PLUGIN_ACTIONS],
  ['Settings', OPTION_ACTIONS],
];

/** Shapes that many actions share, told once at the end. */
const SHAPES: Readonly<Record<string, z.ZodType>> = {
  AuditEvent: auditEventSchema,
  Annotation: models.annotationSchema,
  Capabilities: shared.capabilitiesSchema,
  Comparison: shared.comparisonSchema,
  Connection: shared.connectionSchema,
  Difference: shared.differenceSchema,
  Error: errorReplySchema,
  Estimate: shared.estimateSchema,
  EventDetail: eventDetailSchema,
  EventRow: eventRowSchema,
  ExportJob: models.exportJobSchema,
  Facet: shared.facetSchema,
  Filter: filterSchema,
  Finding: shared.findingSchema,
  Note: shared.noteSchema,
  Plugin: shared.pluginSchema,
  Reject: shared.rejectSchema,
  SavedSnapshot: models.savedSnapshotSchema,
  SavedView: models.savedViewSchema,
  SnapshotStatus: shared.snapshotStatusSchema,
  Sort: sortSchema,
  SourceKind: shared.sourceKindSchema,
  SourceStatus: shared.sourceStatusSchema,
  StoreDescription: shared.storeDescriptionSchema,
  Verification: shared.verificationSchema,
};

const registry = z.registry<{ readonly id: string }>();
for (const [id, schema] of Object.entries(SHAPES)) registry.add(schema, { id });

/** What JSON Schema says of a value, as far as it is told here. */
const schemaSchema = z.object({
  type: z.union([z.string(), z.array(z.string())]).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  default: z.unknown().optional(),
  additionalProperties: z.unknown().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  $ref: z.string().optional(),
  allOf: z.array(z.unknown()).optional(),
});

/** The whole page as Markdown. */
export function actionsPage(): string {
  const listed = new Set(GROUPS.flatMap(([, group]) => Object.keys(group)));
  const missing = Object.keys(ACTIONS).filter((name) => !listed.has(name));
  const groups = missing.length === 0 ? GROUPS : [...GROUPS, ['Others', pick(missing)] as const];
  const sections = groups.map(([title, group]) => {
    const actions = Object.keys(group).filter(isActionName).map(section);
    return `## ${title}\n\n${actions.join('\n')}`;
  });
  const shapes = Object.keys(SHAPES).map(shapeSection);
  return `${INTRODUCTION}\n${sections.join('\n')}\n## Shapes\n\n${shapes.join('\n')}`;
}

function pick(names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

function section(name: ActionName): string {
  const action = ACTIONS[name];
  const isChatty = CHATTY_ACTIONS.some((each) => each === name);
  return [
    `### ${name}`,
    '',
    action.summary,
    ...(isChatty ? ['', 'Not recorded by default.'] : []),
    '',
    'Input:',
    '',
    ...fields(schemaOf(action.input, 'input'), 'input'),
    '',
    'Output:',
    '',
    ...fields(schemaOf(action.output, 'output'), 'output'),
    '',
    ...('progress' in action ? ['Reports progress.', ''] : []),
  ].join('\n');
}

function shapeSection(name: string): string {
  const schema = SHAPES[name] ?? z.unknown();
  // By itself a registered schema would be nothing but a reference to itself.
  const own = new Set(Object.keys(SHAPES).filter((each) => each !== name));
  const others = z.registry<{ readonly id: string }>();
  for (const [id, each] of Object.entries(SHAPES)) if (own.has(id)) others.add(each, { id });
  const whole = z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any', metadata: others });
  return [`### ${name}`, '', ...fields(whole, 'output'), ''].join('\n');
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): unknown {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any', metadata: registry });
}

function fields(schema: unknown, io: 'input' | 'output'): readonly string[] {
  const { properties = {}, required = [], $ref } = schemaSchema.parse(schema);
  if ($ref !== undefined) return [`- ${typeText(schema, 0)}`];
  const lines = Object.entries(properties).map(([name, value]) => {
    const { default: standard } = schemaSchema.parse(value);
    const isNeeded = io === 'input' && required.includes(name);
    const more = [
      isNeeded ? 'needed' : '',
      io === 'input' && standard !== undefined ? `\`${JSON.stringify(standard)}\` unless said` : '',
    ].filter((each) => each !== '');
    return `- \`${name}\`: ${typeText(value, 0)}${more.length === 0 ? '' : `; ${more.join('; ')}`}`;
  });
  return lines.length === 0 ? ['- nothing'] : lines;
}

const MAX_DEPTH = 3;

/** A type in a few words. Objects within are told to some depth, since the contract itself is the reference. */
function typeText(schema: unknown, depth: number): string {
  const {
    type,
    properties,
    items,
    anyOf,
    oneOf,
    allOf,
    $ref,
    enum: values,
    const: only,
    ...more
  } = schemaSchema.parse(schema);
  const { additionalProperties, minimum, maximum } = more;
  if ($ref !== undefined) {
    const name = $ref.replace(/^.*\//, '');
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (allOf !== undefined) return allOf.map((each) => typeText(each, depth)).join(' and ');
  if (only !== undefined) return `\`${JSON.stringify(only)}\``;
  if (values !== undefined) return values.map((value) => `\`${JSON.stringify(value)}\``).join(' | ');
  const choices = anyOf ?? oneOf;
  if (choices !== undefined) return choices.map((each) => typeText(each, depth)).join(' or ');
  if (Array.isArray(type)) return type.map((each) => typeText({ ...Object(schema), type: each }, depth)).join(' or ');
  switch (type) {
    case 'array':
      return `list of ${typeText(items ?? {}, depth)}`;
    case 'object':
      if (properties !== undefined) {
        if (depth >= MAX_DEPTH) return 'object';
        const inner = Object.entries(properties).map(([name, value]) => `\`${name}\`: ${typeText(value, depth + 1)}`);
        return `{ ${inner.join(', ')} }`;
      }
      return typeof additionalProperties === 'object' && Object.keys(additionalProperties ?? {}).length > 0
        ? `object of ${typeText(additionalProperties, depth)}`
        : 'object';
    case 'integer':
    case 'number':
      return `${type === 'integer' ? 'whole number' : 'number'}${rangeText(minimum, maximum)}`;
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    default:
      return 'any value';
  }
}

function rangeText(minimum: number | undefined, maximum: number | undefined): string {
  if (isOpen(maximum)) return isOpen(minimum) || minimum === 0 ? '' : ` from ${minimum}`;
  return isOpen(minimum) ? ` up to ${maximum}` : ` from ${minimum} to ${maximum}`;
}

/** Whole numbers are bounded by what JavaScript holds exactly, which is no bound to tell of. */
function isOpen(bound: number | undefined): boolean {
  return bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER;
}
