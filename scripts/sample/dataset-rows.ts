/** The rows that make up a dataset, as CKAN's tables hold them. */
import { CITY, DISTRICTS, HOST, slug, type Draft } from './catalogue.ts';
import type { Random } from './random.ts';
import { stored, text, type Row } from './world.ts';

export function packageRow(random: Random, draft: Draft, ownerOrg: string, creator: string, at: number): Row {
  return {
    id: random.uuid(),
    name: draft.name,
    title: draft.title,
    version: random.chance(0.1) ? '1.0' : null,
    url: random.chance(0.3) ? `https://www.kranichsfurt.example/${draft.name}` : null,
    author: `Stadt ${CITY}`,
    maintainer: null,
    maintainer_email: `${draft.organisation}@kranichsfurt.example`,
    notes: draft.notes,
    license_id: random.weighted([
      ['dl-by-de-2.0', 6],
      ['cc-by-4.0', 3],
      ['cc-zero', 1],
    ]),
    type: 'dataset',
    owner_org: ownerOrg,
    creator_user_id: creator,
    metadata_created: stored(at),
    metadata_modified: stored(at),
    private: random.chance(0.06),
    state: 'active',
    plugin_data: null,
  };
}

const MIME: Readonly<Record<string, string>> = {
  CSV: 'text/csv',
  JSON: 'application/json',
  XLSX: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  GeoJSON: 'application/geo+json',
  PDF: 'application/pdf',
};

export function resourceRow(random: Random, dataset: Row, format: string, position: number, at: number): Row {
  const id = random.uuid();
  const packageId = text(dataset, 'id');
  const file = `${text(dataset, 'name').slice(0, 40)}.${format.toLowerCase()}`;
  const upload = format !== 'WMS';
  return {
    id,
    package_id: packageId,
    url: upload
      ? `${HOST}/dataset/${packageId}/resource/${id}/download/${file}`
      : `https://geo.kranichsfurt.example/wms`,
    format,
    description: random.chance(0.4) ? `${text(dataset, 'title')} als ${format}` : '',
    hash: '',
    position,
    name: `${text(dataset, 'title')} (${format})`,
    mimetype: MIME[format] ?? null,
    size: upload ? random.int(2_000, 48_000_000) : null,
    created: stored(at),
    last_modified: upload ? stored(at) : null,
    metadata_modified: stored(at),
    cache_url: null,
    url_type: upload ? 'upload' : null,
    extras: { datastore_active: false },
    state: 'active',
  };
}

const FREQUENCIES = ['täglich', 'monatlich', 'quartalsweise', 'jährlich', 'unregelmäßig'] as const;

export function extraRows(random: Random, dataset: Row): readonly Row[] {
  const values: readonly (readonly [string, string])[] = [
    ['update_frequency', random.pick(FREQUENCIES)],
    ['spatial_text', `${CITY}, ${random.pick(DISTRICTS)}`],
    ['contributor_id', `kranichsfurt-${slug(text(dataset, 'title')).slice(0, 12)}`],
  ];
  return values.slice(0, random.int(1, 3)).map(([key, value]) => ({
    id: random.uuid(),
    package_id: text(dataset, 'id'),
    key,
    value,
    state: 'active',
  }));
}

/** Another frequency than the one an extra has now. */
export function otherValue(random: Random, extra: Row): string {
  const now = text(extra, 'value');
  return random.pick(FREQUENCIES.filter((value) => value !== now));
}
