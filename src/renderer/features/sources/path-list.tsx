/** The files of one source: a list to which files or a folder are added. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { File, X } from 'lucide-react';
import { AppError } from '../../../shared/errors.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { joinPaths, splitPaths } from '../../model/connection/paths.ts';
import { cellText } from '../../model/visible-text.ts';
import { reportProblem } from '../../stores/problems.ts';
import { choosePaths } from './choose-path.tsx';
import classes from './connection-dialog.module.css';

interface PathListProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

export function PathList({ label, value, onValue }: PathListProps) {
  const { t } = useWords();
  const paths = splitPaths(value);
  const change = (next: readonly string[]): void => {
    const joined = joinPaths(next);
    if (joined === undefined) reportProblem(new AppError('invalid_input', t('connect.barInName')));
    else onValue(joined);
  };
  const add = async (purpose: 'any' | 'folder'): Promise<void> => change([...paths, ...(await choosePaths(purpose))]);
  return (
    <Stack gap={4}>
      <Text size="xs" fw={500} id="path-list-label">
        {label}
      </Text>
      <ul className={classes.paths} aria-labelledby="path-list-label" data-testid="connect-files">
        {paths.map((path) => (
          <li key={path}>
            <File size={13} aria-hidden />
            <bdi className="mono" title={cellText(path, 1_000)}>
              {cellText(path, 400)}
            </bdi>
            <IconButton
              icon={X}
              size={20}
              iconSize={12}
              label={t('connect.removePath', { name: cellText(path, 80) })}
              onClick={() => change(paths.filter((one) => one !== path))}
            />
          </li>
        ))}
        {paths.length === 0 && <li className="dim">{t('connect.noPaths')}</li>}
      </ul>
      <Group gap="sm">
        <Button variant="default" data-testid="connect-files-choose" onClick={() => void add('any')}>
          {t('connect.addFiles')}
        </Button>
        <Button variant="default" data-testid="connect-folder-choose" onClick={() => void add('folder')}>
          {t('connect.addFolder')}
        </Button>
      </Group>
    </Stack>
  );
}
