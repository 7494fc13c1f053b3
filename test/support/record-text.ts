/** Writes the text of one stored record from the JSON texts of its fields, so that no value passes through JavaScript. */
import { EVENT_FIELDS, type EventField } from '../../src/shared/event.ts';

/** JSON texts by field. */
export type FieldTexts = Partial<Record<EventField, string>>;

export const USUAL: Readonly<Record<EventField, string>> = {
  id: '"1b4e28ba-2fa1-4d02-883f-0016d3cca427"',
  category: '"api"',
  action: '"package_create"',
  actor: '"5f0c7c3e-51a7-4f57-9d52-1c0a8b0d7c11"',
  action_object: '""',
  action_object_id: '""',
  target_type: '""',
  target_id: '""',
  timestamp: '"2024-11-11T10:20:30.123456+00:00"',
  result: '{}',
  payload: '{}',
};

/** The compact text of an event with some fields replaced. */
export function recordText(texts: FieldTexts = {}, leaveOut: readonly EventField[] = []): string {
  const members = EVENT_FIELDS.filter((name) => !leaveOut.includes(name)).map(
    (name) => `"${name}":${texts[name] ?? USUAL[name]}`,
  );
  return `{${members.join(',')}}`;
}
