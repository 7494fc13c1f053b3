/** Asks for CKAN's database: a saved connection, a PostgreSQL source of this view, or an address that is typed. */
import { Autocomplete, Button, Group, PasswordInput, Text } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../../i18n/use-words.ts';
import { tryParse } from '../../model/connection-form.ts';
import { typedSecrets } from '../../stores/typed-secrets.ts';
import type { NamesFrom } from '../../stores/loaded-names.ts';
import { useSources } from '../../stores/sources.ts';
import { useConnections } from '../sources/connections.ts';
import classes from './names.module.css';

interface CkanNamesFormProps {
  readonly disabled: boolean;
  readonly onLoad: (from: NamesFrom) => void;
}

export function CkanNamesForm({ disabled, onLoad }: CkanNamesFormProps) {
  const { t } = useWords();
  const saved = useConnections()?.connections ?? [];
  const sources = useSources((state) => state.sources);
  const known = [...saved.map(({ url }) => url), ...sources.flatMap(({ refs }) => refs.map(({ url }) => url))];
  const offers = [...new Set(known)].filter((url) => tryParse(url)?.url.kind === 'postgres');
  const [url, setUrl] = useState(offers[0] ?? '');
  const [password, setPassword] = useState('');
  const parsed = tryParse(url.trim());
  const isDatabase = parsed?.url.kind === 'postgres';
  const submit = (): void => {
    if (parsed === undefined || !isDatabase) return;
    const text = parsed.url.text;
    const secrets = { ...typedSecrets(text), ...parsed.secrets, ...(password !== '' && { password }) };
    const connection_id = saved.find((one) => one.url === text)?.id;
    setPassword('');
    onLoad({
      url: text,
      ...(Object.keys(secrets).length > 0 && { secrets }),
      ...(connection_id !== undefined && { connection_id }),
    });
  };
  return (
    <section aria-label={t('names.fromCkan')}>
      <h3 className={classes.heading}>{t('names.fromCkan')}</h3>
      <Text size="sm" c="dimmed">
        {t('names.ckanHint')}
      </Text>
      <Group gap="sm" align="flex-end" wrap="nowrap" mt={4}>
        <Autocomplete
          size="xs"
          label={t('names.database')}
          placeholder="postgres://reader@host/ckan"
          data={offers}
          value={url}
          onChange={setUrl}
          style={{ flex: 1 }}
          error={url.trim() !== '' && !isDatabase ? t('names.notPostgres') : undefined}
          data-testid="names-url"
        />
        <PasswordInput
          size="xs"
          label={t('names.password')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          style={{ width: 130 }}
          data-testid="names-password"
        />
        <Button disabled={disabled || !isDatabase} data-testid="names-ckan" onClick={submit}>
          {t('names.load')}
        </Button>
      </Group>
    </section>
  );
}
