/** Testing, remembering and opening what the connection dialog names. */
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { StoreDescription } from '../../../shared/contract.ts';
import { isAbort, type ErrorReply } from '../../../shared/errors.ts';
import { parseSourceUrl, type SourceSecrets } from '../../../shared/source-url.ts';
import { asAppError, callAction, desktop } from '../../api.ts';
import { useWords } from '../../i18n/use-words.ts';
import { rememberTyped } from '../../stores/typed-secrets.ts';
import { useAppInfo } from '../../stores/app-info.ts';
import { closeDialog } from '../../stores/dialogs.ts';
import { SOURCES_KEY, useConnections } from './connections.ts';
import { open as openStore, openTogether } from './open.ts';

interface Wish {
  readonly text: string;
  /** By name; empty ones are not given. */
  readonly secrets: SourceSecrets;
  readonly name: string;
  readonly remember: boolean;
  readonly keepSecret: boolean;
}

type Busy = 'test' | 'open' | undefined;

export interface Connect {
  readonly busy: Busy;
  readonly found: StoreDescription | undefined;
  readonly problem: Pick<ErrorReply, 'code' | 'message'> | undefined;
  /** Whether the key store holds secrets for this connection. */
  readonly hasSecret: boolean;
  readonly reset: () => void;
  readonly test: () => Promise<boolean>;
  /** @param add puts the store into the shown view instead of a view of its own */
  readonly open: (add?: boolean) => Promise<void>;
}

export function useConnect(wish: Wish, before: ErrorReply | undefined): Connect {
  const { t } = useWords();
  const client = useQueryClient();
  const [busy, setBusy] = useState<Busy>();
  const [found, setFound] = useState<StoreDescription>();
  const [problem, setProblem] = useState<Connect['problem']>(before);
  const controller = useRef<AbortController | undefined>(undefined);
  const saved = useConnections()?.connections.find((one) => one.url === wish.text.trim())?.id;

  useEffect(() => () => controller.current?.abort(), []);
  const kept = useQuery({
    queryKey: ['secrets', saved],
    enabled: saved !== undefined,
    queryFn: () => desktop('has_secrets', { connection_id: saved ?? '' }),
    gcTime: 0,
  });

  const reset = (): void => {
    controller.current?.abort();
    setBusy(undefined);
    setFound(undefined);
    setProblem(undefined);
  };

  const target = (): { url: string; secrets?: SourceSecrets; connection_id?: string } => {
    const { url, secrets } = parseSourceUrl(wish.text);
    const typed = Object.fromEntries(Object.entries(wish.secrets).filter(([, value]) => value !== ''));
    // A session token belongs to its key: one that is kept from before must not join a new key.
    const token = 'access_key' in typed && !('session_token' in typed) ? { session_token: '' } : {};
    const all = { ...secrets, ...token, ...typed };
    return {
      url: url.text,
      ...(Object.keys(all).length > 0 && { secrets: all }),
      ...(saved !== undefined && { connection_id: saved }),
    };
  };

  const run = async (kind: Exclude<Busy, undefined>): Promise<boolean> => {
    reset();
    controller.current = new AbortController();
    const { signal } = controller.current;
    setBusy(kind);
    try {
      const store = await callAction('event_audit_test_source', target(), { signal });
      if (!signal.aborted) setFound(store);
      return !signal.aborted;
    } catch (error) {
      if (!isAbort(error) && !signal.aborted) setProblem(asAppError(error));
      return false;
    } finally {
      if (!signal.aborted) setBusy(undefined);
    }
  };

  const rememberIt = async (url: string, secrets: SourceSecrets | undefined): Promise<string> => {
    const { id } = await callAction('event_audit_save_connection', { url, name: wish.name.trim() });
    void client.invalidateQueries({ queryKey: SOURCES_KEY });
    if (secrets !== undefined && wish.keepSecret) {
      const allow_basic_text = useAppInfo.getState().info?.secret_storage === 'basic_text';
      const { stored } = await desktop('store_secrets', { connection_id: id, secrets, allow_basic_text });
      if (!stored) notifications.show({ message: t('connect.notKept'), color: 'gray' });
    }
    return id;
  };

  const open = async (add = false): Promise<void> => {
    if (!(await run('open'))) return;
    const { url, secrets, connection_id } = target();
    try {
      const id = wish.remember ? await rememberIt(url, secrets) : connection_id;
      closeDialog();
      if (add) {
        rememberTyped(url, secrets);
        openTogether([{ url, connection_id: id }]);
      } else {
        openStore({ url, ...(secrets && { secrets }), connection_id: id });
      }
    } catch (error) {
      setProblem(asAppError(error));
    }
  };

  return { busy, found, problem, hasSecret: kept.data?.has === true, reset, test: () => run('test'), open };
}
