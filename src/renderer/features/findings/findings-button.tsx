/** The way to the findings in the title bar, with how many there are once they were looked for. */
import { Button } from '@mantine/core';
import { ListChecks } from 'lucide-react';
import { useWords } from '../../i18n/use-words.ts';
import { useFindings } from '../../stores/findings.ts';
import { useShownStatus } from '../../stores/sources.ts';
import { toggleFindings } from './toggle-findings.ts';

export function FindingsButton() {
  const { t, number, counted } = useWords();
  const id = useShownStatus()?.snapshot_id;
  const look = useFindings((state) => (id === undefined ? undefined : state.looks[id]));
  const open = useFindings((state) => state.open);
  const count = look?.state === 'done' ? look.found.length : undefined;
  const label = count === undefined ? t('findings.button') : t('findings.counted', counted(count));
  return (
    <Button
      variant={open ? 'light' : 'subtle'}
      color="gray"
      px={6}
      leftSection={<ListChecks size={15} strokeWidth={1.75} aria-hidden />}
      styles={{ section: { marginInlineEnd: count === undefined ? 0 : 4 } }}
      aria-label={label}
      aria-expanded={open}
      title={t('findings.buttonHint')}
      data-testid="findings-button"
      data-count={count}
      onClick={toggleFindings}
    >
      {count !== undefined && number(count)}
    </Button>
  );
}
