/** Trails written by hand, one event a line, for tests that know the right answer beforehand. */
import type { WrittenEvent } from './events.ts';

/** Fields to write otherwise; `undefined` leaves one out. */
type Extra = { readonly [K in keyof WrittenEvent]?: WrittenEvent[K] | undefined };

/** Starts a trail: its events get ids of their own, in the order in which they are made. */
export function trailWriter(): {
  /** A change of a row, as the model tracker notes it. `result` is left `{}` where no state is told. */
  readonly model: (at: string, action: string, object: string, result?: object, extra?: Extra) => string;
  /** A request, as the API tracker notes it. */
  readonly api: (at: string, action: string, actor: string, payload?: object, extra?: Extra) => string;
  /** Anything else. */
  readonly other: (at: string, category: string, action: string, extra?: Extra) => string;
} {
  let last = 0;
  const write = (event: Omit<WrittenEvent, 'id' | 'target_type' | 'target_id'>, extra: Extra): string => {
    last += 1;
    const id = `event-${String(last).padStart(4, '0')}`;
    const { category, action, actor, action_object, action_object_id, timestamp, result, payload } = event;
    const base = { id, category, action, actor, action_object, action_object_id, target_type: '', target_id: '' };
    return JSON.stringify({ ...base, timestamp, result, payload, ...extra });
  };
  return {
    model: (at, action, object, result = {}, extra = {}) => {
      const [type = '', id = ''] = object.split(':');
      return write(
        {
          category: 'model',
          action,
          actor: '',
          action_object: type,
          action_object_id: id,
          timestamp: timeOf(at),
          result: { ...result },
          payload: {},
        },
        extra,
      );
    },
    api: (at, action, actor, payload = {}, extra = {}) =>
      write(
        {
          category: 'api',
          action,
          actor,
          action_object: '',
          action_object_id: '',
          timestamp: timeOf(at),
          result: {},
          payload: { ...payload },
        },
        extra,
      ),
    other: (at, category, action, extra = {}) =>
      write(
        {
          category,
          action,
          actor: '',
          action_object: '',
          action_object_id: '',
          timestamp: timeOf(at),
          result: {},
          payload: {},
        },
        extra,
      ),
  };
}

/** `10:20:30.5` on 11 March 2024, `03-12 08:00` of that year, or a whole timestamp as it is. */
function timeOf(at: string): string {
  if (/^\d{4}-/.test(at)) return at;
  const [, day = '03-11', time = ''] = /^(?:(\d\d-\d\d) )?(.+)$/.exec(at) ?? [];
  const [clock = '', fraction] = time.split('.');
  const whole = clock.length === 5 ? `${clock}:00` : clock;
  const micros = fraction === undefined ? '' : `.${fraction.padEnd(6, '0')}`;
  return `2024-${day}T${whole}${micros}+00:00`;
}
