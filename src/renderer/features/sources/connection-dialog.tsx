/** Opens a store: a SQLite file, a Redis server, or whatever a source URL names. Form and URL say the same at all times. */
import { Button, Checkbox, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ErrorReply } from '../../../shared/errors.ts';
import { AppDialog } from '../../components/app-dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { EMPTY_REDIS, redisForm, redisUrl, sqliteForm, tryParse } from '../../model/connection-form.ts';
import { closeDialog } from '../../stores/dialogs.ts';
import { RedisFields } from './redis-fields.tsx';
import { SecretChoice } from './secret-choice.tsx';
import { SqliteFields } from './sqlite-fields.tsx';
import { StoreFound } from './store-found.tsx';
import { useConnect } from './use-connect.ts';

type Kind = 'sqlite' | 'redis' | 'url';

interface ConnectionDialogProps {
  readonly url: string;
  readonly error: ErrorReply | undefined;
}

function kindOf(text: string): Kind {
  const parsed = tryParse(text);
  if (parsed === undefined) return text === '' ? 'sqlite' : 'url';
  if (sqliteForm(parsed) !== undefined) return 'sqlite';
  return redisForm(parsed) === undefined ? 'url' : 'redis';
}

export function ConnectionDialog({ url, error }: ConnectionDialogProps) {
  const { t } = useWords();
  const [kind, setKind] = useState<Kind>(kindOf(url));
  const [text, setText] = useState(url);
  const [password, setPassword] = useState('');
  const [name, setName] = useState('');
  const [remember, setRemember] = useState(true);
  const [keepSecret, setKeepSecret] = useState(true);
  const connect = useConnect({ text, password, name, remember, keepSecret }, error);
  const parsed = tryParse(text);
  const change = (next: string): void => {
    setText(next);
    connect.reset();
    // The form follows what is typed at once: a form that changed when a button is pressed would move the button away.
    if (kind !== 'url' && tryParse(next) !== undefined) setKind(kindOf(next));
  };
  const choose = (next: string): void => {
    const to: Kind = next === 'sqlite' || next === 'redis' ? next : 'url';
    setKind(to);
    if (to === 'redis' && kindOf(text) !== 'redis') change(redisUrl(EMPTY_REDIS));
    if (to === 'sqlite' && kindOf(text) !== 'sqlite') change('');
  };
  // A password that was pasted with the URL moves to its own field; the URL is kept, listed and shown without it.
  const takeSecretOut = (): void => {
    if (parsed === undefined) return;
    const secret = parsed.secrets['password'];
    if (secret !== undefined) setPassword(secret);
    if (Object.keys(parsed.secrets).length > 0) setText(parsed.url.text);
  };
  return (
    <AppDialog title={t('connect.title')} data-testid="connection-dialog">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          takeSecretOut();
          void connect.open();
        }}
      >
        <Stack gap="md">
          <SegmentedControl
            aria-label={t('connect.title')}
            value={kind}
            onChange={choose}
            data={[
              { value: 'sqlite', label: t('connect.sqlite') },
              { value: 'redis', label: t('connect.redis') },
              { value: 'url', label: t('connect.url') },
            ]}
          />
          {kind === 'sqlite' && <SqliteFields form={parsed && sqliteForm(parsed)} onChange={change} />}
          {kind === 'redis' && (
            <RedisFields
              form={(parsed && redisForm(parsed)) ?? EMPTY_REDIS}
              password={password}
              kept={connect.hasSecret}
              onChange={change}
              onPassword={(value) => {
                setPassword(value);
                connect.reset();
              }}
            />
          )}
          <TextInput
            label={t('connect.url')}
            description={t('connect.urlHint')}
            placeholder="redis://localhost:6379/0"
            value={text}
            spellCheck={false}
            autoComplete="off"
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            data-autofocus
            data-testid="connection-url"
            onChange={(event) => change(event.currentTarget.value)}
            onBlur={(event) => {
              // Not on the way to a button: the fields that then appear would move it from under the pointer.
              if (!(event.relatedTarget instanceof HTMLButtonElement)) takeSecretOut();
            }}
          />
          <Group gap="md" align="flex-end">
            <Checkbox
              label={t('connect.remember')}
              checked={remember}
              onChange={(event) => setRemember(event.currentTarget.checked)}
            />
            {remember && (
              <TextInput
                aria-label={t('connect.name')}
                placeholder={t('connect.nameHint')}
                value={name}
                style={{ flex: 1 }}
                data-testid="connection-name"
                onChange={(event) => setName(event.currentTarget.value)}
              />
            )}
          </Group>
          {remember && password !== '' && <SecretChoice keep={keepSecret} onChange={setKeepSecret} />}
          {connect.found !== undefined && <StoreFound store={connect.found} />}
          {connect.problem !== undefined && <ErrorNotice error={connect.problem} />}
          <Group justify="flex-end" gap="sm">
            <Button variant="default" onClick={closeDialog}>
              {t('common.cancel')}
            </Button>
            <Button
              variant="default"
              loading={connect.busy === 'test'}
              disabled={text.trim() === '' || connect.busy !== undefined}
              data-testid="connection-test"
              onClick={() => {
                takeSecretOut();
                void connect.test();
              }}
            >
              {t('connect.test')}
            </Button>
            <Button
              type="submit"
              loading={connect.busy === 'open'}
              disabled={text.trim() === '' || connect.busy !== undefined}
              data-testid="connection-open"
            >
              {t('connect.open')}
            </Button>
          </Group>
          {connect.busy !== undefined && (
            <Text size="sm" c="dimmed" role="status">
              {t('connect.testing')}
            </Text>
          )}
        </Stack>
      </form>
    </AppDialog>
  );
}
