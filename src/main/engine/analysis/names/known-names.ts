/**
 * Names for ids, each with where it is from. A mapping file that a person gave comes first. Then, for a moment in the past,
 * what the snapshot shows to have been so then, and CKAN's tables, which tell the present; without a moment, CKAN's tables,
 * then what was seen last.
 */
import type { KnownName, NamedId } from '../../../../shared/analysis-schemas.ts';
import { formatInstant } from '../../../../shared/timestamp.ts';
import { LOADED_NAMES, readable } from '../../snapshot/schema.ts';
import type { Snapshot } from '../../snapshot/snapshot.ts';
import { resolveBound } from '../../time-zone.ts';
import { rowsOf, type Row } from '../event-rows.ts';
import { joinStretches, seenNames, seenNamesSettled } from './seen-names.ts';

/** Stretches of one field of one id that are looked at; of more, the latest. */
const MAX_STRETCHES = 40;
const MAX_OTHERS = 20;

/** @throws AppError `invalid_input` for a time that can't be read, `cancelled` */
export async function namesFor(
  snapshot: Snapshot,
  ids: readonly string[],
  options: { readonly at?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<{ readonly revision: number; readonly names: NamedId[] }> {
  const { at, signal } = options;
  const moment = at === undefined ? undefined : resolveBound(at, 'to', 'UTC');
  const wanted = [...new Set(ids)].filter((id) => id !== '');
  await seenNamesSettled(snapshot);
  return snapshot.read(signal, async (connection, relation) => {
    const { revision } = relation;
    if (wanted.length === 0) return { revision, names: [] };
    const list = wanted.map((_id, index) => `$${index + 1}`).join(', ');
    const given = await rowsOf(
      connection,
      `SELECT ${['id', 'name', 'title', 'kind'].map(readable).join(', ')}, origin, place FROM ${LOADED_NAMES} WHERE id IN (${list}) ORDER BY seq DESC`,
      wanted,
    );
    // While rows still come, the table of what was seen would have to be made again and again.
    const seen = relation.ordered
      ? await rowsOf(
          connection,
          `SELECT ${['id', 'kind'].map(readable).join(', ')}, field, ${readable('value')}, origin, place, n, first_ts, last_ts
           FROM (${joinStretches(`SELECT * FROM ${(await seenNames(snapshot, connection, relation)).table} WHERE id IN (${list})`)})
           QUALIFY row_number() OVER (PARTITION BY id, field ORDER BY first_ts DESC) <= ${MAX_STRETCHES} ORDER BY first_ts DESC, n DESC`,
          wanted,
        )
      : [];
    const [givenById, seenById] = [byId(given), byId(seen)];
    const names = wanted.flatMap((id) => {
      const named = nameOf(
        id,
        (givenById.get(id) ?? []).map(givenName),
        (seenById.get(id) ?? []).map(stretchOf),
        moment,
      );
      return named === undefined ? [] : [named];
    });
    return { revision, names };
  });
}

interface Stretch {
  readonly kind: string;
  readonly field: 'name' | 'title';
  readonly value: string;
  readonly origin: KnownName['origin'];
  readonly place: string;
  readonly n: number;
  readonly first: bigint;
  readonly last: bigint;
}

function originOf(value: unknown): KnownName['origin'] {
  const origins = ['file', 'ckan', 'state', 'request', 'activity'] as const;
  return origins.find((origin) => origin === value) ?? 'state';
}

function givenName([, name, title, kind, origin, place]: Row): KnownName {
  return {
    name: String(name),
    title: String(title),
    kind: String(kind),
    origin: originOf(origin),
    where: String(place),
    n: null,
    first_seen: null,
    last_seen: null,
  };
}

function stretchOf([, kind, field, value, origin, place, n, first, last]: Row): Stretch {
  return {
    kind: String(kind),
    field: field === 'name' ? 'name' : 'title',
    value: String(value),
    origin: originOf(origin),
    place: String(place),
    n: Number(n),
    first: BigInt(String(first)),
    last: BigInt(String(last)),
  };
}

function nameOf(
  id: string,
  given: readonly KnownName[],
  seen: readonly Stretch[],
  moment: bigint | undefined,
): NamedId | undefined {
  const at = (field: Stretch['field'], isWanted: (each: Stretch) => boolean): Stretch | undefined =>
    seen.find((each) => each.field === field && isWanted(each));
  const then = combined(
    at('name', ({ first }) => moment === undefined || first <= moment),
    at('title', ({ first }) => moment === undefined || first <= moment),
  );
  const earliest = seen.toReversed();
  const later = combined(
    earliest.find(({ field }) => field === 'name'),
    earliest.find(({ field }) => field === 'title'),
  );
  const files = given.filter(({ origin }) => origin === 'file');
  const tables = given.filter(({ origin }) => origin === 'ckan');
  const ranked = [...files, ...(moment === undefined ? [...tables, then] : [then, ...tables]), later];
  const best = ranked.find((each) => each !== undefined);
  if (best === undefined) return undefined;
  const others = [
    ...given,
    ...seen.map((each) => (each.field === 'name' ? combined(each) : combined(undefined, each))),
  ];
  const distinct = (field: Stretch['field']): number =>
    new Set(seen.filter((each) => each.field === field).map(({ value }) => value)).size;
  return {
    id,
    label: best.title === '' ? best.name : best.title,
    best,
    changed: distinct('name') > 1 || distinct('title') > 1,
    others: others
      .filter((each) => each !== undefined)
      .filter(({ name, title }) => (name !== '' && name !== best.name) || (title !== '' && title !== best.title))
      .slice(0, MAX_OTHERS),
  };
}

/** A name and a title as one; when they were seen apart, the title's event is told. */
function combined(name: Stretch | undefined, title?: Stretch): KnownName | undefined {
  const main = title ?? name;
  if (main === undefined) return undefined;
  return {
    name: name?.value ?? '',
    title: title?.value ?? '',
    kind: main.kind,
    origin: main.origin,
    where: main.place,
    n: main.n,
    first_seen: formatInstant(main.first),
    last_seen: formatInstant(main.last),
  };
}

function byId(rows: readonly Row[]): Map<string, Row[]> {
  return Map.groupBy(rows, ([id]) => String(id));
}
