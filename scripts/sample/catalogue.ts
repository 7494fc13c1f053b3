/** What the portal is about: organisations, themes, and the titles and texts of datasets. */
import type { Random } from './random.ts';

export const CITY = 'Kranichsfurt';
export const HOST = 'https://daten.kranichsfurt.example';

/** Organisations by name, with their titles. */
export const ORGANISATIONS: Readonly<Record<string, string>> = {
  'it-amt': 'Amt für Informationstechnik',
  stadtplanungsamt: 'Stadtplanungsamt',
  kaemmerei: 'Stadtkämmerei',
  umweltamt: 'Umweltamt',
  verkehrsamt: 'Amt für Verkehr und Straßen',
  'amt-fuer-statistik': 'Amt für Statistik und Wahlen',
  kulturamt: 'Kulturamt',
  gesundheitsamt: 'Gesundheitsamt',
  stadtwerke: 'Stadtwerke Kranichsfurt',
  schulamt: 'Schulamt',
  vermessungsamt: 'Vermessungs- und Katasteramt',
  gruenflaechenamt: 'Grünflächenamt',
  feuerwehr: 'Feuerwehr und Rettungsdienst',
};

/** Themes (CKAN groups) by name, with their titles. */
export const THEMES: Readonly<Record<string, string>> = {
  umwelt: 'Umwelt und Klima',
  verkehr: 'Verkehr',
  haushalt: 'Haushalt und Finanzen',
  bildung: 'Bildung und Wissenschaft',
  gesundheit: 'Gesundheit',
  kultur: 'Kultur und Freizeit',
};

export const DISTRICTS = [
  'Altstadt',
  'Nordend',
  'Südvorstadt',
  'Weststadt',
  'Ostufer',
  'Mühlviertel',
  'Kranichsee',
  'Höhenfeld',
  'Alter Hafen',
  'Lindenhöfe',
  'Bahnhofsviertel',
  'Rosengärten',
] as const;

export interface Topic {
  readonly organisation: string;
  readonly title: string;
  readonly tags: readonly string[];
  /** Whether it comes once per district, per year, or both. */
  readonly by: 'district' | 'year' | 'both';
}

function topic(organisation: string, by: Topic['by'], title: string, ...tags: readonly string[]): Topic {
  return { organisation, title, tags, by };
}

const TOPICS: readonly Topic[] = [
  topic('stadtplanungsamt', 'district', 'Bebauungspläne', 'bebauung', 'planung'),
  topic('stadtplanungsamt', 'both', 'Baugenehmigungen', 'bauen', 'genehmigung'),
  topic('stadtplanungsamt', 'district', 'Building footprints', 'buildings', 'geodata'),
  topic('kaemmerei', 'year', 'Haushaltsplan', 'haushalt', 'finanzen'),
  topic('kaemmerei', 'year', 'Budget execution report', 'budget', 'finance'),
  topic('kaemmerei', 'both', 'Vergaben und Aufträge', 'vergabe', 'transparenz'),
  topic('kaemmerei', 'both', 'Zuwendungen an Vereine', 'zuwendung', 'finanzen'),
  topic('umweltamt', 'both', 'Luftqualität, Messwerte', 'luft', 'messwerte'),
  topic('umweltamt', 'district', 'Lärmkarte', 'lärm', 'umwelt'),
  topic('umweltamt', 'year', 'Drinking water quality 💧', 'water', 'environment'),
  topic('umweltamt', 'year', 'Energie- und CO₂-Bilanz', 'klima', 'energie'),
  topic('verkehrsamt', 'both', 'Verkehrszählung', 'verkehr', 'zählung'),
  topic('verkehrsamt', 'district', 'Fahrradstellplätze 🚲', 'fahrrad', 'verkehr'),
  topic('verkehrsamt', 'district', 'Baustellen', 'baustelle', 'verkehr'),
  topic('verkehrsamt', 'year', 'Road accidents', 'accidents', 'traffic'),
  topic('amt-fuer-statistik', 'both', 'Einwohner nach Altersgruppen', 'bevölkerung', 'statistik'),
  topic('amt-fuer-statistik', 'year', 'Wahlergebnisse', 'wahl', 'statistik'),
  topic('amt-fuer-statistik', 'year', 'Unemployment by district', 'labour', 'statistics'),
  topic('kulturamt', 'district', 'Denkmäler', 'denkmal', 'kultur'),
  topic('kulturamt', 'year', 'Besuche der städtischen Museen', 'museum', 'kultur'),
  topic('gesundheitsamt', 'year', 'Badegewässer: Wasserqualität 🏊', 'baden', 'gesundheit'),
  topic('gesundheitsamt', 'district', 'Apotheken und Arztpraxen', 'gesundheit', 'standorte'),
  topic('stadtwerke', 'district', 'Ladesäulen ⚡', 'elektromobilität', 'energie'),
  topic('stadtwerke', 'year', 'Stromverbrauch der Stadtverwaltung', 'energie', 'verbrauch'),
  topic('schulamt', 'both', 'Kita-Plätze', 'kita', 'bildung'),
  topic('schulamt', 'year', 'Schülerzahlen', 'schule', 'bildung'),
  topic('vermessungsamt', 'district', 'Straßenverzeichnis', 'straßen', 'geodaten'),
  topic('vermessungsamt', 'year', 'Luftbilder (Orthophotos)', 'luftbild', 'geodaten'),
  topic('gruenflaechenamt', 'district', 'Baumkataster 🌳', 'bäume', 'umwelt'),
  topic('gruenflaechenamt', 'district', 'Spielplätze', 'spielplatz', 'freizeit'),
  topic('feuerwehr', 'year', 'Einsätze der Feuerwehr 🚒', 'feuerwehr', 'einsätze'),
  topic('feuerwehr', 'district', 'Hydranten', 'feuerwehr', 'standorte'),
];

/** A few titles that exist once, one of which a spreadsheet would take for a formula. */
const SINGLES: readonly Topic[] = [
  topic('kaemmerei', 'year', '=SUMME(Plan;Ist) Haushaltsvergleich', 'haushalt', 'finanzen'),
  topic('it-amt', 'year', 'Open data style guide – how we publish', 'open-data'),
  topic('kulturamt', 'year', 'Öffentliche Kunst „Kranich & Fluß“', 'kunst', 'kultur'),
  topic('it-amt', 'year', 'Katalog der Verfahren 📚', 'open-data', 'verwaltung'),
];

export interface Draft {
  readonly organisation: string;
  readonly title: string;
  readonly name: string;
  readonly notes: string;
  readonly tags: readonly string[];
  readonly formats: readonly string[];
}

const YEARS = [2017, 2018, 2019, 2020, 2021, 2022, 2023] as const;

/** Every dataset the portal could hold, each once, in random order, the singular ones first. */
export function createDrafts(random: Random): readonly Draft[] {
  const all = TOPICS.flatMap((entry) => {
    if (entry.by === 'year') return YEARS.map((year) => ({ entry, title: `${entry.title} ${year}` }));
    return DISTRICTS.flatMap((district) =>
      entry.by === 'district'
        ? [{ entry, title: `${entry.title} ${district}` }]
        : YEARS.slice(-5).map((year) => ({ entry, title: `${entry.title} ${district} ${year}` })),
    );
  });
  const singles = SINGLES.map((entry) => ({ entry, title: `${entry.title} 2023` }));
  return [...singles, ...random.sample(all, all.length)].map(({ entry, title }) => ({
    organisation: entry.organisation,
    title,
    name: slug(title),
    notes: describe(title, entry.organisation, random),
    tags: [...entry.tags, random.pick(['offene-daten', 'csv', 'jährlich', 'karte', 'kranichsfurt'])],
    formats: random.sample(
      ['CSV', 'JSON', 'XLSX', 'GeoJSON', 'PDF', 'WMS'],
      random.weighted([
        [1, 5],
        [2, 4],
        [3, 1],
      ]),
    ),
  }));
}

/** The part of a page address that CKAN would make of a title. */
export function slug(title: string): string {
  const plain = title
    .toLowerCase()
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss')
    .replaceAll('₂', '2');
  return plain.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
}

function describe(title: string, organisation: string, random: Random): string {
  const owner = ORGANISATIONS[organisation] ?? organisation;
  return random.pick([
    `${title}: Datensatz der Stadt ${CITY}, herausgegeben vom ${owner}. Die Daten werden regelmäßig aktualisiert.`,
    `Der Datensatz „${title}“ enthält Angaben aus dem Fachverfahren (${owner}).\r\nStand: siehe letzte Änderung.`,
    `${title}. Published by the city of ${CITY} (${owner}). See the attached description of the columns.`,
    `Offene Daten der Stadt ${CITY}. Quelle: ${owner}. Rückfragen bitte per E-Mail.`,
  ]);
}
