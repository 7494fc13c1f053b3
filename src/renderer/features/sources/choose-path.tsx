/** A path that is typed, or chosen in a dialog of the system. */
import { Button, Group } from '@mantine/core';
import type { DesktopInput } from '../../../shared/desktop.ts';
import { asAppError, desktop } from '../../api.ts';
import { useWords } from '../../i18n/use-words.ts';
import { reportProblem } from '../../stores/problems.ts';
import { DraftInput } from './draft-input.tsx';

type Purpose = DesktopInput<'choose_files'>['purpose'];

/** Asks for files; none when the dialog was closed. */
export async function choosePaths(purpose: Purpose): Promise<readonly string[]> {
  try {
    return (await desktop('choose_files', { purpose })).paths;
  } catch (error) {
    reportProblem(asAppError(error));
    return [];
  }
}

interface ChoosePathProps {
  readonly label: string;
  readonly description: string | undefined;
  readonly value: string;
  readonly purpose: Purpose;
  readonly testId: string;
  readonly onValue: (value: string) => void;
}

export function ChoosePath({ label, description, value, purpose, testId, onValue }: ChoosePathProps) {
  const { t } = useWords();
  const choose = async (): Promise<void> => {
    const [path] = await choosePaths(purpose);
    if (path !== undefined) onValue(path);
  };
  return (
    <Group gap="sm" align="flex-end" wrap="nowrap">
      <DraftInput
        label={label}
        description={description}
        value={value}
        style={{ flex: 1 }}
        data-testid={testId}
        onValue={onValue}
      />
      <Button
        size="xs"
        variant="default"
        aria-label={`${label}: ${t('connect.choose')}`}
        data-testid={`${testId}-choose`}
        onClick={() => void choose()}
      >
        {t('connect.choose')}
      </Button>
    </Group>
  );
}
