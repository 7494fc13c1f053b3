/** Which events are recorded and which are not, by the settings alone. */
import type { AuditEvent } from '../../../shared/event.ts';
import type { OptionValues } from '../../../shared/options.ts';

/** Who made an event: the tracker of calls, the tracker of models, or somebody who wrote it. */
export type EventOrigin = 'api' | 'model' | 'written';

/** The setting that keeps an event from being recorded, or a plugin’s hook. */
export type SkipReason =
  'track_api' | 'track_model' | 'ignore.categories' | 'ignore.actions' | 'ignore.models' | 'track.models' | 'skipEvent';

type Rules = Pick<
  OptionValues,
  'track_api' | 'track_model' | 'ignore.categories' | 'ignore.actions' | 'ignore.models' | 'track.models'
>;
type Facts = Pick<AuditEvent, 'category' | 'action' | 'action_object'>;

/** What keeps an event from being recorded; `undefined` when nothing does. All names are case-sensitive. */
export function skippedBy(
  { category, action, action_object: object }: Facts,
  origin: EventOrigin,
  rules: Rules,
): SkipReason | undefined {
  if (origin === 'api' && !rules.track_api) return 'track_api';
  if (origin === 'model' && !rules.track_model) return 'track_model';
  if (rules['ignore.categories'].includes(category)) return 'ignore.categories';
  if (rules['ignore.actions'].includes(action)) return 'ignore.actions';
  if (category !== 'model') return undefined;
  const wanted = rules['track.models'];
  if (wanted.length > 0) return wanted.includes(object) ? undefined : 'track.models';
  return rules['ignore.models'].includes(object) ? 'ignore.models' : undefined;
}
