/** Where a Redis server is and how to get in. */
import { Group, NumberInput, PasswordInput, Stack, Switch, TextInput } from '@mantine/core';
import { useWords } from '../../i18n/use-words.ts';
import { DEFAULT_REDIS_PORT, redisUrl, type RedisForm } from '../../model/connection-form.ts';

interface RedisFieldsProps {
  readonly form: RedisForm;
  readonly password: string;
  /** The key store has a password, so that this field may stay empty. */
  readonly kept: boolean;
  readonly onChange: (url: string) => void;
  readonly onPassword: (password: string) => void;
}

export function RedisFields({ form, password, kept, onChange, onPassword }: RedisFieldsProps) {
  const { t } = useWords();
  const change = (part: Partial<RedisForm>): void => onChange(redisUrl({ ...form, ...part }));
  return (
    <Stack gap="sm">
      <Group gap="sm" grow preventGrowOverflow={false} wrap="nowrap">
        <TextInput
          label={t('connect.host')}
          value={form.host}
          spellCheck={false}
          data-testid="redis-host"
          onChange={(event) => change({ host: event.currentTarget.value })}
        />
        <NumberInput
          label={t('connect.port')}
          value={form.port}
          min={1}
          max={65_535}
          allowDecimal={false}
          hideControls
          maw={96}
          data-testid="redis-port"
          onChange={(value) => change({ port: typeof value === 'number' ? value : DEFAULT_REDIS_PORT })}
        />
        <TextInput
          label={t('connect.database')}
          value={form.database}
          maw={96}
          data-testid="redis-database"
          onChange={(event) => change({ database: event.currentTarget.value.replaceAll(/\D/g, '') })}
        />
      </Group>
      <Group gap="sm" grow wrap="nowrap">
        <TextInput
          label={t('connect.user')}
          value={form.user}
          spellCheck={false}
          autoComplete="off"
          data-testid="redis-user"
          onChange={(event) => change({ user: event.currentTarget.value })}
        />
        <PasswordInput
          label={t('connect.password')}
          placeholder={kept ? t('connect.passwordKept') : ''}
          value={password}
          autoComplete="off"
          data-testid="redis-password"
          onChange={(event) => onPassword(event.currentTarget.value)}
        />
      </Group>
      <Group gap="sm" align="flex-end">
        <TextInput
          label={t('connect.key')}
          value={form.key}
          spellCheck={false}
          style={{ flex: 1 }}
          data-testid="redis-key"
          onChange={(event) => change({ key: event.currentTarget.value })}
        />
        <Switch
          label={t('connect.tls')}
          checked={form.tls}
          mb={6}
          onChange={(event) => change({ tls: event.currentTarget.checked })}
        />
      </Group>
    </Stack>
  );
}
