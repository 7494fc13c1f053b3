/** What a person agrees to before a plugin runs: which file, and what it will be able to do. */
import { Alert, Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { Fact } from '../../components/fact.tsx';
import { useWords } from '../../i18n/use-words.ts';

interface PluginConsentProps {
  readonly chosen: { readonly path: string; readonly sha256: string };
  readonly onAgree: () => Promise<void>;
  readonly onCancel: () => void;
}

export function PluginConsent({ chosen, onAgree, onCancel }: PluginConsentProps) {
  const { t } = useWords();
  const [agreed, setAgreed] = useState(false);
  const [busy, setBusy] = useState(false);
  return (
    <Alert
      variant="outline"
      color="yellow"
      icon={<TriangleAlert size={16} color="var(--warn)" aria-hidden />}
      title={t('plugins.consentTitle')}
      styles={{ title: { color: 'var(--warn)' } }}
      data-testid="plugin-consent"
    >
      <Stack gap="sm">
        <Text size="sm">{t('plugins.consentText')}</Text>
        <Fact name={t('plugins.path')} value={chosen.path} />
        <Fact name={t('plugins.sha256')} value={chosen.sha256} />
        <Checkbox
          label={t('plugins.agree')}
          checked={agreed}
          disabled={busy}
          data-testid="plugin-agree"
          onChange={(event) => setAgreed(event.currentTarget.checked)}
        />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" disabled={busy} data-autofocus onClick={onCancel}>
            {t('common.cancel')}
          </Button>
          <Button
            disabled={!agreed}
            loading={busy}
            data-testid="plugin-run"
            onClick={() => {
              setBusy(true);
              void onAgree().finally(() => setBusy(false));
            }}
          >
            {t('plugins.run')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  );
}
