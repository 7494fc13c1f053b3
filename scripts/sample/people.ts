/** The cast: fictional people who work with the portal of a fictional city, and the accounts that machines use. */
import { local } from './clock.ts';
import type { Random } from './random.ts';

export type Role = 'reader' | 'editor' | 'admin' | 'sysadmin';

export interface Person {
  /** What the store calls them: a UUID, or a readable id on accounts as old as the portal. */
  readonly id: string;
  readonly name: string;
  readonly fullname: string;
  readonly role: Role;
  /** The name of their organisation; `''` for guests and machines. */
  readonly organisation: string;
  /** How often they come, 1 is a regular user. */
  readonly diligence: number;
  readonly nightOwl: boolean;
  /** Instants between which they do not come. */
  readonly away: readonly (readonly [number, number])[];
}

type Line = readonly [name: string, fullname: string, role: Role, organisation: string, diligence: number];

const LINES: readonly Line[] = [
  ['s.okafor', 'Samira Okafor', 'sysadmin', 'it-amt', 1.6],
  ['j.lindqvist', 'Jonas Lindqvist', 'sysadmin', 'it-amt', 1.1],
  ['m.weber', 'Marlene Weber', 'admin', 'stadtplanungsamt', 1.7],
  ['b.krueger', 'Birgit Krüger', 'admin', 'kaemmerei', 1.1],
  ['t.brandl', 'Thorsten Brandl', 'editor', 'kaemmerei', 1.3],
  ['f.oezdemir', 'Feride Özdemir', 'admin', 'umweltamt', 1.5],
  ['p.nowak', 'Piotr Nowak', 'admin', 'verkehrsamt', 1.4],
  ['h.schaefer', 'Hanne Schäfer', 'admin', 'amt-fuer-statistik', 1.6],
  ['l.moreau', 'Luc Moreau', 'admin', 'kulturamt', 0.9],
  ['a.thiele', 'Anke Thiele', 'admin', 'gesundheitsamt', 1],
  ['c.vogt', 'Cornelius Vogt', 'admin', 'stadtwerke', 0.9],
  ['r.haddad', 'Rania Haddad', 'admin', 'schulamt', 1],
  ['k.boehm', 'Karl-Heinz Böhm', 'admin', 'vermessungsamt', 1.2],
  ['e.sorensen', 'Elin Sørensen', 'editor', 'stadtplanungsamt', 1.3],
  ['d.pfeiffer', 'Daniel Pfeiffer', 'editor', 'stadtplanungsamt', 0.8],
  ['n.yilmaz', 'Nuri Yılmaz', 'editor', 'verkehrsamt', 1.4],
  ['g.hartmann', 'Gesa Hartmann', 'editor', 'verkehrsamt', 0.9],
  ['o.reuter', 'Ole Reuter', 'editor', 'umweltamt', 1.2],
  ['i.kovacs', 'Ilona Kovács', 'editor', 'umweltamt', 1],
  ['w.zimmer', 'Wolfgang Zimmer', 'editor', 'amt-fuer-statistik', 1.5],
  ['s.grau', 'Sophie Grau', 'editor', 'amt-fuer-statistik', 1.1],
  ['j.castillo', 'Julia Castillo', 'editor', 'kaemmerei', 0.9],
  ['u.dietz', 'Uwe Dietz', 'editor', 'kaemmerei', 0.7],
  ['v.petrova', 'Vera Petrova', 'editor', 'kulturamt', 0.8],
  ['m.adeyemi', 'Michael Adeyemi', 'editor', 'gesundheitsamt', 0.9],
  ['x.tran', 'Xuân Trần', 'editor', 'stadtwerke', 1.1],
  ['f.kessler', 'Florian Keßler', 'editor', 'schulamt', 0.8],
  ['y.bauer', 'Yvonne Bauer', 'editor', 'vermessungsamt', 1.1],
  ['z.novotny', 'Zdeněk Novotný', 'editor', 'gruenflaechenamt', 1],
  ['h.engel', 'Heike Engel', 'admin', 'gruenflaechenamt', 0.9],
  ['l.fuchs', 'Leonie Fuchs', 'editor', 'feuerwehr', 0.7],
  ['q.meister', 'Quirin Meister', 'admin', 'feuerwehr', 0.6],
  ['a.romano', 'Alessia Romano', 'reader', '', 1.2],
  ['b.steiner', 'Benedikt Steiner', 'reader', '', 0.9],
  ['c.dubois', 'Claire Dubois', 'reader', '', 0.8],
  ['e.wolff', 'Erik Wolff', 'reader', '', 1],
  ['g.ionescu', 'Gabriel Ionescu', 'reader', '', 0.7],
  ['t.hoang', 'Thu Hoàng', 'reader', '', 0.8],
  ['redaktion', 'Redaktion Offene Daten', 'admin', 'it-amt', 1.3],
];

/** Accounts that are older than the portal's switch to UUIDs. */
const READABLE_IDS = new Set(['m.weber', 'redaktion', 'k.boehm', 'e.wolff']);
const NIGHT_OWLS = new Set(['s.okafor', 'x.tran', 'g.ionescu']);

/**
 * Absences that stories rely on. The administrator of the treasury is on holiday when her account promotes a colleague;
 * the central staff are there when they are needed.
 */
const FIXED_ABSENCE: Readonly<Record<string, readonly [number, number]>> = {
  'b.krueger': [local(8, 5), local(8, 26)],
  's.okafor': [local(7, 1), local(7, 15)],
  'j.lindqvist': [local(7, 22), local(8, 10)],
  't.brandl': [local(8, 17, 12), local(12, 31, 23)],
};

/** The job that fetches other catalogues at night. */
export const HARVESTER: Person = {
  id: 'harvest',
  name: 'harvest',
  fullname: 'Harvester',
  role: 'sysadmin',
  organisation: '',
  diligence: 0,
  nightOwl: false,
  away: [],
};

/** Makes the cast, always the same one for the same random source. */
export function createPeople(random: Random): readonly Person[] {
  return LINES.map(([name, fullname, role, organisation, diligence]) => {
    const id = READABLE_IDS.has(name) ? name : random.uuid();
    const winter = local(random.int(1, 2), random.int(1, 28));
    const summer = local(random.int(6, 9), random.int(1, 28));
    const days = 24 * 60 * 60 * 1_000_000;
    const fixed = FIXED_ABSENCE[name];
    return {
      id,
      name,
      fullname,
      role,
      organisation,
      diligence,
      nightOwl: NIGHT_OWLS.has(name),
      away: [
        [winter, winter + 6 * days],
        ...(fixed === undefined ? [[summer, summer + random.int(12, 20) * days] as const] : [fixed]),
      ],
    };
  });
}

/** Whether a person is at work at all at an instant. */
export function isPresent(person: Person, at: number): boolean {
  return !person.away.some(([from, to]) => at >= from && at < to);
}
