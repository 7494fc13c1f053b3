/** Passwords that the shell keeps: used for the store they belong to, and for no other. */
import type { ActionName } from '../../src/shared/contract.ts';
import { startRedis } from '../support/redis-server.ts';
import { expect, test, type RunningApp } from './support/app.ts';

function call(app: RunningApp, action: ActionName, input: unknown) {
  return app.page.evaluate(([name, value]) => window.eventAudit.call('kept-secrets', name, value), [
    action,
    input,
  ] as const);
}

test('adds a kept password to its own connection, never to another store', async ({ app }) => {
  const password = 'correct horse';
  await using own = await startRedis({ password });
  await using foreign = await startRedis({ password });
  const saved = await call(app, 'event_audit_save_connection', { url: own.url });
  const id = saved.ok ? String(new Map(Object.entries(saved.value ?? {})).get('id')) : '';
  const stored = await app.page.evaluate(
    ([connection_id, secret]) =>
      window.eventAudit.desktop('store_secrets', {
        connection_id,
        secrets: { password: secret },
        allow_basic_text: true,
      }),
    [id, password] as const,
  );
  expect(stored).toEqual({ ok: true, value: { stored: true } });

  const test_source = (url: string, connection_id?: string) =>
    call(app, 'event_audit_test_source', { url, ...(connection_id === undefined ? {} : { connection_id }) });
  expect(await test_source(own.url, id)).toMatchObject({ ok: true, value: { kind: 'redis' } });
  expect(await test_source(own.url)).toMatchObject({ ok: false, error: { code: 'source_refused' } });
  expect(await test_source(foreign.url, id)).toMatchObject({ ok: false, error: { code: 'source_refused' } });

  expect(await call(app, 'event_audit_remove_connection', { id })).toMatchObject({ ok: true });
  const has = await app.page.evaluate(
    (connection_id) => window.eventAudit.desktop('has_secrets', { connection_id }),
    id,
  );
  expect(has).toEqual({ ok: true, value: { has: false } });
});
