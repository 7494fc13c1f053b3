/** What the shell adds to a window's calls of the engine, and what it refuses: secrets and export targets. */
import { ACTIONS, type ActionName, type Reply } from '../../shared/contract.ts';
import { AppError, toErrorReply } from '../../shared/errors.ts';
import { parseSourceUrl } from '../../shared/source-url.ts';
import type { CallOptions, EngineHost } from './engine-host.ts';
import type { PathGrants } from './path-grants.ts';
import type { SecretStore } from './secrets.ts';

export interface EngineCallsOptions {
  readonly engine: EngineHost;
  readonly secrets: SecretStore;
  readonly grants: PathGrants;
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
  if (action === 'event_audit_capture_source' || action === 'event_audit_test_source') {
    return withKeptSecrets(ACTIONS[action].input.parse(input), options);
  }
  if (action === 'event_audit_export') refuseUnchosenTarget(ACTIONS[action].input.parse(input).output, options.grants);
  return input;
}

interface SourceInput {
  readonly url: string;
  readonly connection_id?: string | undefined;
  readonly secrets?: Readonly<Record<string, string>> | undefined;
}

/** Kept secrets go only to the store they were kept for: a window can't have them sent elsewhere under another URL. */
async function withKeptSecrets(input: SourceInput, options: EngineCallsOptions): Promise<SourceInput> {
  const id = input.connection_id;
  if (id === undefined || !options.secrets.has(id)) return input;
  if ((await connectionUrl(id, options.engine)) !== parseSourceUrl(input.url).url.text) return input;
  return { ...input, secrets: { ...options.secrets.get(id), ...input.secrets } };
}

async function connectionUrl(id: string, engine: EngineHost): Promise<string | undefined> {
  const reply = await engine.call('event_audit_list_sources', {});
  if (!reply.ok) return undefined;
  const { connections } = ACTIONS.event_audit_list_sources.output.parse(reply.value);
  const url = connections.find((connection) => connection.id === id)?.url;
  return url === undefined ? undefined : parseSourceUrl(url).url.text;
}

function refuseUnchosenTarget(path: string, grants: PathGrants): void {
  if (!grants.has(path)) {
    throw new AppError('invalid_input', `“${path}” was not chosen in the save dialog. Choose where to save first.`);
  }
}
