/** Who asks CloudWatch: whoever this machine is logged in as, a profile of it, or keys that are typed in. */
import { PasswordInput, SegmentedControl, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { formatSourceUrl, type SourceSecrets } from '../../../shared/source-url.ts';
import { useWords } from '../../i18n/use-words.ts';
import { parameter, type UrlParts } from '../../model/connection/lens.ts';
import classes from './connection-dialog.module.css';
import { DraftInput } from './draft-input.tsx';

interface CloudWatchCredentialsProps {
  readonly parts: UrlParts;
  readonly secrets: SourceSecrets;
  readonly kept: boolean;
  readonly onText: (text: string) => void;
  readonly onSecrets: (change: SourceSecrets) => void;
}

const WAYS = ['environment', 'profile', 'keys'] as const;
type Way = (typeof WAYS)[number];
const PROFILE = parameter('profile');
const KEYS = ['access_key', 'secret_key', 'session_token'] as const;

export function CloudWatchCredentials({ parts, secrets, kept, onText, onSecrets }: CloudWatchCredentialsProps) {
  const { t } = useWords();
  const typed = KEYS.some((name) => (secrets[name] ?? '') !== '');
  const [chosen, setChosen] = useState<Way>();
  const way = chosen ?? (PROFILE.get(parts) !== '' ? 'profile' : typed || kept ? 'keys' : 'environment');
  const choose = (next: string): void => {
    const to = WAYS.find((one) => one === next) ?? 'environment';
    setChosen(to);
    // What is not shown is not sent either.
    if (to !== 'profile' && PROFILE.get(parts) !== '') onText(formatSourceUrl(PROFILE.set(parts, '')));
    if (to !== 'keys' && typed) onSecrets(Object.fromEntries(KEYS.map((name) => [name, ''])));
  };
  return (
    <Stack gap={4}>
      <Text size="xs" fw={500}>
        {t('connect.credentials.label')}
      </Text>
      <SegmentedControl
        aria-label={t('connect.credentials.label')}
        fullWidth
        value={way}
        data={WAYS.map((one) => ({ value: one, label: t(`connect.credentials.${one}`) }))}
        data-testid="connect-credentials"
        onChange={choose}
      />
      <Text size="xs" c="dimmed">
        {t(`connect.credentials.${way}Hint`)}
      </Text>
      {way === 'profile' && (
        <DraftInput
          aria-label={t('connect.credentials.profile')}
          placeholder="default"
          value={PROFILE.get(parts)}
          data-testid="connect-profile"
          onValue={(value) => onText(formatSourceUrl(PROFILE.set(parts, value.trim())))}
        />
      )}
      {way === 'keys' && (
        <div className={classes.fields}>
          {KEYS.map((name) => (
            <div key={name} className={classes.field} data-width={name === 'session_token' ? 'full' : 'half'}>
              <PasswordInput
                label={t(`connect.credentials.${name}`)}
                placeholder={kept ? t('connect.passwordKept') : ''}
                value={secrets[name] ?? ''}
                autoComplete="off"
                visibilityToggleButtonProps={{ 'aria-label': t('connect.showSecret') }}
                data-testid={`connect-${name}`}
                onChange={(event) => onSecrets({ [name]: event.currentTarget.value })}
              />
            </div>
          ))}
        </div>
      )}
    </Stack>
  );
}
