/** The plugins that were agreed to, and the way to agree to another one: with its path and checksum in sight. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Puzzle, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Plugin } from '../../../shared/contract.ts';
import type { DesktopOutput } from '../../../shared/desktop.ts';
import type { AppError } from '../../../shared/errors.ts';
import { asAppError, callAction, desktop } from '../../api.ts';
import { AppDialog } from '../../components/app-dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { formatMinute } from '../../model/time-format.ts';
import { cellText } from '../../model/visible-text.ts';
import { usePreferences } from '../../stores/preferences.ts';
import { SOURCES_KEY } from '../sources/connections.ts';
import classes from './plugins.module.css';
import { PluginConsent } from './plugin-consent.tsx';

const PLUGINS_KEY = ['plugins'];

type Chosen = NonNullable<DesktopOutput<'choose_plugin'>['plugin']>;

export function PluginsDialog() {
  const { t } = useWords();
  return (
    <AppDialog title={t('plugins.title')} size={640} data-testid="plugins-dialog">
      <PluginsPage />
    </AppDialog>
  );
}

export function PluginsPage() {
  const { t } = useWords();
  const client = useQueryClient();
  const [chosen, setChosen] = useState<Chosen>();
  const [problem, setProblem] = useState<AppError>();
  const [removed, setRemoved] = useState(false);
  const { data, error } = useQuery({
    queryKey: PLUGINS_KEY,
    gcTime: 0,
    queryFn: ({ signal }) => callAction('event_audit_list_plugins', {}, { signal }),
  });
  const renew = (): void => {
    void client.invalidateQueries({ queryKey: PLUGINS_KEY });
    void client.invalidateQueries({ queryKey: SOURCES_KEY });
  };
  const run = async (work: () => Promise<void>): Promise<void> => {
    setProblem(undefined);
    try {
      await work();
    } catch (failure) {
      setProblem(asAppError(failure));
    }
  };
  const choose = (): Promise<void> =>
    run(async () => setChosen((await desktop('choose_plugin', {})).plugin ?? undefined));
  const add = ({ path }: Chosen): Promise<void> =>
    run(async () => {
      await callAction('event_audit_add_plugin', { path, consent: true });
      setChosen(undefined);
      renew();
    });
  const remove = (id: string): Promise<void> =>
    run(async () => {
      await callAction('event_audit_remove_plugin', { id });
      setRemoved(true);
      renew();
    });
  return (
    <Stack gap="md">
      <Text>{t('plugins.text')}</Text>
      {chosen === undefined ? (
        <>
          {data?.plugins.length === 0 && <Text c="dimmed">{t('plugins.none')}</Text>}
          {data !== undefined && data.plugins.length > 0 && (
            <ul className={classes.list}>
              {data.plugins.map((plugin) => (
                <PluginLine key={plugin.id} plugin={plugin} onRemove={() => void remove(plugin.id)} />
              ))}
            </ul>
          )}
          {removed && (
            <Text size="sm" c="dimmed" role="status">
              {t('plugins.removedHint')}
            </Text>
          )}
          <Group>
            <Button data-autofocus data-testid="plugin-choose" onClick={() => void choose()}>
              {t('plugins.add')}
            </Button>
          </Group>
        </>
      ) : (
        <PluginConsent chosen={chosen} onAgree={() => add(chosen)} onCancel={() => setChosen(undefined)} />
      )}
      {problem !== undefined && <ErrorNotice error={problem} />}
      {problem === undefined && error !== null && <ErrorNotice error={asAppError(error)} />}
    </Stack>
  );
}

function PluginLine({ plugin, onRemove }: { readonly plugin: Plugin; readonly onRemove: () => void }) {
  const { t } = useWords();
  const zone = usePreferences((state) => state.values.time_zone);
  const { path, sha256, state, kinds, problem, added_at } = plugin;
  const name = path.split(/[\\/]/).at(-1) ?? path;
  const isWrong = state === 'changed' || state === 'missing' || state === 'failed';
  return (
    <li className={classes.plugin} data-testid="plugin" data-state={state}>
      <Puzzle size={16} aria-hidden />
      <div className={classes.facts}>
        <Text fw={600} size="sm">
          <bdi>{cellText(name, 120)}</bdi>{' '}
          <span className={isWrong ? 'wrong' : 'dim'} style={{ fontWeight: 400 }}>
            {t(`plugins.state.${state}`)}
          </span>
        </Text>
        {kinds.length > 0 && (
          <Text size="sm">
            {t('plugins.kinds', { kinds: kinds.map((kind) => `${cellText(kind, 40)}:`).join(' ') })}
          </Text>
        )}
        {problem !== null && (
          <Text size="sm" className="wrong" lang="en">
            <bdi>{cellText(problem, 500)}</bdi>
          </Text>
        )}
        <Text size="xs" c="dimmed" className="mono">
          <bdi>{cellText(path, 400)}</bdi>
          <br />
          SHA-256 {sha256}
        </Text>
        <Text size="xs" c="dimmed">
          {t('plugins.added', { time: formatMinute(added_at, zone) })}
        </Text>
      </div>
      <IconButton
        icon={Trash2}
        label={t('plugins.remove', { name: cellText(name, 60) })}
        data-testid="plugin-remove"
        onClick={onRemove}
      />
    </li>
  );
}
