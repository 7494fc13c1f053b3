/** What the shell adds to a window's calls of the engine, and what it refuses: secrets, targets of files, plugins. */
import { ACTIONS, type ActionName, type Connection, type ExportInput, type Reply } from '../../shared/contract.ts';
import { AppError, toErrorReply } from '../../shared/errors.ts';
import { parseSourceUrl, type SourceSecrets } from '../../shared/source-url.ts';
import type { CallOptions, EngineHost } from './engine-host.ts';
import type { MaskKey } from './mask-key.ts';
import type { PathGrants } from './path-grants.ts';
import type { SecretStore } from './secrets.ts';
import type { ShownPlugins } from './shown-plugins.ts';

export interface EngineCallsOptions {
  readonly engine: EngineHost;
  readonly secrets: SecretStore;
  readonly grants: PathGrants;
  readonly plugins: ShownPlugins;
  readonly maskKey: MaskKey;
}

export type RunAction = (action: ActionName, input: unknown, options: CallOptions) => Promise<Reply<unknown>>;

/** Checks a window's call, completes it and passes it on. Never rejects. */
export function engineCalls(options: EngineCallsOptions): RunAction {
  return async (action, input, callOptions) => {
    try {
      const prepared = await prepare(action, input, options);
      const reply = await options.engine.call(action, prepared, callOptions);
      if (action === 'event_audit_remove_connection' && reply.ok) {
        options.secrets.forget(ACTIONS[action].input.parse(input).id);
      }
      return reply;
    } catch (error) {
      return { ok: false, error: toErrorReply(error) };
    }
  };
}

async function prepare(action: ActionName, input: unknown, options: EngineCallsOptions): Promise<unknown> {
  const parsed = ACTIONS[action].input.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AppError('invalid_input', `${action}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
  }
  switch (action) {
    case 'event_audit_capture_source': {
      const { more, ...first } = ACTIONS[action].input.parse(input);
      const refs = await Promise.all([first, ...more].map((ref) => withKeptSecrets(ref, options)));
      return { ...refs[0], more: refs.slice(1) };
    }
    case 'event_audit_test_source':
    case 'event_audit_estimate_source':
    case 'event_audit_count_source':
      return withKeptSecrets(ACTIONS[action].input.parse(input), options);
    case 'event_audit_resume_capture':
    case 'event_audit_refresh_snapshot':
    case 'event_audit_follow_snapshot': {
      const call = ACTIONS[action].input.parse(input);
      return { ...call, secrets: { ...(await keptForSnapshot(call.snapshot_id, options)), ...call.secrets } };
    }
    case 'event_audit_load_names': {
      const { from, ...call } = ACTIONS[action].input.parse(input);
      return { ...call, from: 'url' in from ? await withKeptSecrets(from, options) : from };
    }
    case 'event_audit_save_snapshot':
      refuseUnchosenTarget(ACTIONS[action].input.parse(input).path, options.grants);
      return input;
    case 'event_audit_clear_source':
    case 'event_audit_remove_events': {
      await requireAdministration(options.engine);
      const { source, ...call } = ACTIONS[action].input.parse(input);
      const { url, ...rest } = await withKeptSecrets({ ...call, url: source }, options);
      return { ...rest, source: url };
    }
    case 'event_audit_set_option':
      await requireAdministration(options.engine);
      return input;
    case 'event_audit_add_plugin':
      await options.plugins.check(ACTIONS[action].input.parse(input).path);
      return input;
    case 'event_audit_export': {
      const call = ACTIONS[action].input.parse(input);
      refuseUnchosenTarget(call.output, options.grants);
      return withMaskKey(call, options.maskKey);
    }
    case 'event_audit_preview_export':
      return withMaskKey(ACTIONS[action].input.parse(input), options.maskKey);
    case 'event_audit_export_rejects':
    case 'event_audit_export_notes':
      refuseUnchosenTarget(ACTIONS[action].input.parse(input).output, options.grants);
      return input;
    default:
      return input;
  }
}

/** The key of pseudonyms, which the window never learns. */
function withMaskKey<T extends Pick<ExportInput, 'mask'>>(call: T, key: MaskKey): T {
  if (call.mask === undefined) return call;
  return { ...call, mask: { ...call.mask, secret: key.secret() } };
}

/** What destroys or changes the rules is done from a window only where somebody switched administration on, outside of it. */
async function requireAdministration(engine: EngineHost): Promise<void> {
  const reply = await engine.call('event_audit_get_options', {});
  const options = reply.ok ? ACTIONS.event_audit_get_options.output.parse(reply.value).options : [];
  if (options.some(({ name, text }) => name === 'enable_admin_panel' && text === 'true')) return;
  throw new AppError(
    'unsupported',
    'Administration is switched off. Switch it on with event-audit config --save enable_admin_panel=true.',
  );
}

interface SourceInput {
  readonly url: string;
  readonly connection_id?: string | undefined;
  readonly secrets?: Readonly<Record<string, string>> | undefined;
}

/** Kept secrets go only to the store they were kept for: a window can't have them sent elsewhere under another URL. */
async function withKeptSecrets<T extends SourceInput>(input: T, options: EngineCallsOptions): Promise<T> {
  const id = input.connection_id;
  if (id === undefined || !options.secrets.has(id)) return input;
  if ((await connectionUrl(id, options.engine)) !== parseSourceUrl(input.url).url.text) return input;
  return { ...input, secrets: { ...options.secrets.get(id), ...input.secrets } };
}

/** What is kept for the stores of a snapshot, by URL, for an engine that did not capture them itself. */
async function keptForSnapshot(
  snapshot_id: string,
  { engine, secrets }: EngineCallsOptions,
): Promise<Record<string, SourceSecrets>> {
  const reply = await engine.call('event_audit_list_snapshots', {});
  if (!reply.ok) return {};
  const { snapshots } = ACTIONS.event_audit_list_snapshots.output.parse(reply.value);
  const urls = new Set(snapshots.find((one) => one.snapshot_id === snapshot_id)?.sources.map(({ url }) => url));
  const kept: Record<string, SourceSecrets> = {};
  for (const { id, url } of await connections(engine)) {
    const found = urls.has(url) ? secrets.get(id) : undefined;
    if (found !== undefined) kept[url] = found;
  }
  return kept;
}

async function connectionUrl(id: string, engine: EngineHost): Promise<string | undefined> {
  const url = (await connections(engine)).find((connection) => connection.id === id)?.url;
  return url === undefined ? undefined : parseSourceUrl(url).url.text;
}

async function connections(engine: EngineHost): Promise<readonly Connection[]> {
  const reply = await engine.call('event_audit_list_sources', {});
  return reply.ok ? ACTIONS.event_audit_list_sources.output.parse(reply.value).connections : [];
}

function refuseUnchosenTarget(path: string, grants: PathGrants): void {
  if (!grants.has(path)) {
    throw new AppError('invalid_input', `“${path}” was not chosen in the save dialog. Choose where to save first.`);
  }
}
