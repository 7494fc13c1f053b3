/** The form of each kind of store: its fields, where each stands in the URL, and when it is shown. */
import { database, flag, host, parameter, path, port, servers, username, type Lens, type UrlParts } from './lens.ts';
import { GROUP, REGION } from './cloudwatch.ts';
import { isSecure, TLS, TOPOLOGY, topologyOf } from './redis.ts';
import { POSTGRES_HOST } from './postgres.ts';

/** Every field's name: what it is labelled by. */
export type FieldName =
  | 'host'
  | 'servers'
  | 'port'
  | 'database'
  | 'databaseNumber'
  | 'user'
  | 'password'
  | 'key'
  | 'topology'
  | 'master'
  | 'sentinelUser'
  | 'sentinelPassword'
  | 'tls'
  | 'fromReplica'
  | 'ca'
  | 'clientCert'
  | 'clientKey'
  | 'keyPassword'
  | 'servername'
  | 'timeout'
  | 'connectTimeout'
  | 'table'
  | 'tlsMode'
  | 'region'
  | 'group'
  | 'stream'
  | 'endpoint'
  | 'rate'
  | 'maxLag'
  | 'file'
  | 'files'
  | 'encoding'
  | 'ckanIni'
  | 'snapshotFile'
  | 'passphrase';

interface FieldBase {
  readonly name: FieldName;
  /** What holds when the field is empty. */
  readonly placeholder?: string;
  /** Whether a connection can't be made without it. */
  readonly required?: boolean;
  /** Narrow ones share a line with others. */
  readonly width?: 'narrow' | 'full';
  readonly when?: (url: UrlParts) => boolean;
}

export type FormField = FieldBase &
  (
    | { readonly control: 'text' | 'number' | 'switch'; readonly lens: Lens }
    | { readonly control: 'suggest'; readonly lens: Lens; readonly suggestions: readonly string[] }
    | { readonly control: 'choice'; readonly lens: Lens; readonly choices: readonly Choice[] }
    | {
        readonly control: 'path';
        readonly lens: Lens;
        readonly purpose: 'sqlite' | 'certificate' | 'ckan' | 'snapshot';
      }
    | { readonly control: 'paths'; readonly lens: Lens }
    | { readonly control: 'secret'; readonly secret: string }
  );

export type Choice =
  'single' | 'sentinel' | 'cluster' | 'prefer' | 'disable' | 'allow' | 'require' | 'verify-ca' | 'verify-full';

export type FormKind = 'sqlite' | 'file' | 'redis' | 'postgres' | 'cloudwatch' | 'ckan' | 'basic' | 'snapshot';

export interface StoreForm {
  readonly kind: FormKind;
  /** What a new form begins with. */
  readonly base: string;
  readonly fields: readonly FormField[];
  /** Fields that few people need. */
  readonly advanced: readonly FormField[];
}

const DEFAULT_TABLE = 'event_audit_event';
/** Regions in which most accounts are; any other can be typed. */
const REGIONS = [
  'eu-central-1',
  'eu-central-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'eu-north-1',
  'eu-south-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ca-central-1',
  'sa-east-1',
  'ap-south-1',
  'ap-northeast-1',
  'ap-southeast-1',
  'ap-southeast-2',
];

const encrypted = (url: UrlParts): boolean => url.parameters['sslmode'] !== 'disable';

const TIMEOUT: FormField = { name: 'timeout', control: 'number', lens: parameter('timeout'), width: 'narrow' };
const PASSWORD: FormField = { name: 'password', control: 'secret', secret: 'password' };
const USER: FormField = { name: 'user', control: 'text', lens: username };

function certificate(name: FieldName, parameterName: string, when: (url: UrlParts) => boolean): FormField {
  return { name, control: 'path', purpose: 'certificate', lens: parameter(parameterName), width: 'full', when };
}

export const FORMS: readonly StoreForm[] = [
  {
    kind: 'sqlite',
    base: 'sqlite:',
    fields: [
      { name: 'file', control: 'path', purpose: 'sqlite', lens: path, required: true, width: 'full' },
      { name: 'table', control: 'text', lens: parameter('table'), placeholder: DEFAULT_TABLE },
    ],
    advanced: [],
  },
  {
    kind: 'file',
    base: 'file:',
    fields: [{ name: 'files', control: 'paths', lens: path, required: true, width: 'full' }],
    advanced: [{ name: 'encoding', control: 'text', lens: parameter('encoding') }],
  },
  {
    kind: 'redis',
    base: 'redis://localhost:6379/0',
    fields: [
      {
        name: 'topology',
        control: 'choice',
        lens: TOPOLOGY,
        choices: ['single', 'sentinel', 'cluster'],
        width: 'full',
      },
      { name: 'host', control: 'text', lens: host, required: true, when: (url) => topologyOf(url) === 'single' },
      {
        name: 'port',
        control: 'number',
        lens: port,
        placeholder: '6379',
        width: 'narrow',
        when: (url) => topologyOf(url) === 'single',
      },
      { name: 'servers', control: 'text', lens: servers, required: true, when: (url) => topologyOf(url) !== 'single' },
      {
        name: 'databaseNumber',
        control: 'number',
        lens: database,
        placeholder: '0',
        width: 'narrow',
        when: (url) => topologyOf(url) !== 'cluster',
      },
      {
        name: 'master',
        control: 'text',
        lens: parameter('master'),
        placeholder: 'mymaster',
        required: true,
        width: 'full',
        when: (url) => topologyOf(url) === 'sentinel',
      },
      USER,
      PASSWORD,
      {
        name: 'sentinelUser',
        control: 'text',
        lens: parameter('sentinel_username'),
        when: (url) => topologyOf(url) === 'sentinel',
      },
      {
        name: 'sentinelPassword',
        control: 'secret',
        secret: 'sentinel_password',
        when: (url) => topologyOf(url) === 'sentinel',
      },
      { name: 'key', control: 'text', lens: parameter('key'), placeholder: 'event-audit', width: 'full' },
      { name: 'tls', control: 'switch', lens: TLS },
      { name: 'fromReplica', control: 'switch', lens: flag('role', 'replica') },
      certificate('ca', 'ca', isSecure),
    ],
    advanced: [
      certificate('clientCert', 'client_cert', isSecure),
      certificate('clientKey', 'client_key', isSecure),
      { name: 'servername', control: 'text', lens: parameter('servername'), when: isSecure },
      { ...TIMEOUT, placeholder: '60' },
    ],
  },
  {
    kind: 'postgres',
    base: 'postgres://localhost',
    fields: [
      { name: 'host', control: 'text', lens: POSTGRES_HOST, required: true },
      { name: 'port', control: 'number', lens: port, placeholder: '5432', width: 'narrow' },
      { name: 'database', control: 'text', lens: database },
      { name: 'table', control: 'text', lens: parameter('table'), placeholder: DEFAULT_TABLE },
      USER,
      PASSWORD,
      {
        name: 'tlsMode',
        control: 'choice',
        lens: {
          get: (url) => url.parameters['sslmode'] ?? 'prefer',
          set: (url, value) => parameter('sslmode').set(url, value === 'prefer' ? '' : value),
        },
        choices: ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'],
        width: 'full',
      },
      certificate('ca', 'sslrootcert', encrypted),
    ],
    advanced: [
      certificate('clientCert', 'sslcert', encrypted),
      certificate('clientKey', 'sslkey', encrypted),
      { name: 'keyPassword', control: 'secret', secret: 'sslpassword', when: encrypted },
      {
        name: 'connectTimeout',
        control: 'number',
        lens: parameter('connect_timeout'),
        placeholder: '10',
        width: 'narrow',
      },
      { ...TIMEOUT, placeholder: '600' },
    ],
  },
  {
    kind: 'cloudwatch',
    base: 'cloudwatch:eu-central-1//ckan/event-audit',
    fields: [
      { name: 'region', control: 'suggest', lens: REGION, suggestions: REGIONS, required: true },
      { name: 'group', control: 'text', lens: GROUP, placeholder: '/ckan/event-audit' },
      { name: 'stream', control: 'text', lens: parameter('stream'), width: 'full' },
    ],
    advanced: [
      { name: 'endpoint', control: 'text', lens: parameter('endpoint'), width: 'full' },
      certificate('ca', 'ca', (url) => url.parameters['endpoint']?.startsWith('http:') !== true),
      { name: 'maxLag', control: 'number', lens: parameter('max_lag'), width: 'full' },
      { name: 'rate', control: 'number', lens: parameter('rate'), placeholder: '5', width: 'narrow' },
      { ...TIMEOUT, placeholder: '120' },
    ],
  },
  {
    kind: 'ckan',
    base: 'ckan:',
    fields: [{ name: 'ckanIni', control: 'path', purpose: 'ckan', lens: path, required: true, width: 'full' }],
    advanced: [],
  },
  { kind: 'basic', base: 'basic:', fields: [], advanced: [] },
  {
    kind: 'snapshot',
    base: 'snapshot:',
    fields: [
      { name: 'snapshotFile', control: 'path', purpose: 'snapshot', lens: path, required: true, width: 'full' },
      { name: 'passphrase', control: 'secret', secret: 'passphrase' },
    ],
    advanced: [],
  },
];
