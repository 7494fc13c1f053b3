/** The licences of everything the application is made of. They came with it; nothing is asked of the network. */
import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { asAppError, desktop } from '../../api.ts';
import { AppDialog } from '../../components/app-dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { useWords } from '../../i18n/use-words.ts';
import classes from './licences.module.css';

export function LicencesDialog() {
  const { t, number } = useWords();
  const [chosen, setChosen] = useState('');
  const { data, error } = useQuery({ queryKey: ['licences'], queryFn: () => desktop('get_licences', {}) });
  const licences = data?.licences ?? [];
  const shown = licences.find(({ name, version }) => `${name}@${version}` === chosen) ?? licences[0];
  return (
    <AppDialog title={t('licences.title')} size={860} data-testid="licences-dialog">
      {error !== null && <ErrorNotice error={asAppError(error)} />}
      {data === undefined && error === null && <Waiting size="sm" />}
      {shown !== undefined && (
        <>
          <Text size="sm" c="dimmed" mb="sm">
            {t('licences.text', { formatted: number(licences.length) })}
          </Text>
          <div className={classes.columns}>
            <ul className={classes.list} aria-label={t('licences.title')}>
              {licences.map(({ name, version, licence }) => (
                <li key={`${name}@${version}`}>
                  <button
                    type="button"
                    className={classes.line}
                    aria-current={shown.name === name && shown.version === version}
                    onClick={() => setChosen(`${name}@${version}`)}
                  >
                    <span className="clip">
                      {name} {version}
                    </span>
                    <span className="dim">{licence}</span>
                  </button>
                </li>
              ))}
            </ul>
            {/* A text that scrolls must be reachable by keyboard. */}
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
            <pre className={classes.text} lang="en" tabIndex={0} aria-label={shown.name}>
              {shown.text === '' ? shown.licence : shown.text}
            </pre>
          </div>
        </>
      )}
    </AppDialog>
  );
}
