/** Where names for ids come from, and loading more of them: from a mapping file, or from CKAN's own tables. */
import { Button, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { FileUp } from 'lucide-react';
import { AppDialog } from '../../components/app-dialog.tsx';
import { asAppError } from '../../api.ts';
import { useWords } from '../../i18n/use-words.ts';
import { forgetLoadedNames, loadNames, placeOf, useLoadedNames, type NamesFrom } from '../../stores/loaded-names.ts';
import { setPreferences, usePreferences } from '../../stores/preferences.ts';
import { reportProblem } from '../../stores/problems.ts';
import { useShownStatus, useSources } from '../../stores/sources.ts';
import { choosePaths } from '../sources/choose-path.tsx';
import { CkanNamesForm } from './ckan-names-form.tsx';
import { LoadView } from './load-view.tsx';
import classes from './names.module.css';

const NO_LOADS: never[] = [];

export function NamesDialog() {
  const { t } = useWords();
  const key = useSources((state) => state.active);
  const id = useShownStatus()?.snapshot_id;
  const loads = useLoadedNames((state) => state.loads[key]) ?? NO_LOADS;
  const shown = usePreferences((state) => state.values.names);
  const load = (from: NamesFrom): void => {
    if (id !== undefined) void loadNames(key, id, from);
  };
  const chooseFile = async (): Promise<void> => {
    const [path] = await choosePaths('names');
    if (path !== undefined) load({ path });
  };
  const forget = (): void => {
    if (id === undefined) return;
    forgetLoadedNames(key, id).catch((error: unknown) => reportProblem(asAppError(error)));
  };
  return (
    <AppDialog title={t('names.dialog')} data-testid="names-dialog">
      <Stack gap="md">
        <Text size="sm">{t('names.about')}</Text>
        <SegmentedControl
          aria-label={t('names.switch')}
          value={shown}
          onChange={(value) => setPreferences({ names: value })}
          data={(['names', 'ids'] as const).map((value) => ({ value, label: t(`names.show.${value}`) }))}
        />
        <section aria-label={t('names.order')}>
          <h3 className={classes.heading}>{t('names.order')}</h3>
          <ol className={classes.order}>
            {(['file', 'ckan', 'seen'] as const).map((place) => (
              <li key={place}>{t(`names.place.${place}`)}</li>
            ))}
          </ol>
        </section>
        <section aria-label={t('names.fromFile')}>
          <h3 className={classes.heading}>{t('names.fromFile')}</h3>
          <Group gap="sm" wrap="nowrap" align="center">
            <Button
              variant="default"
              leftSection={<FileUp size={14} aria-hidden />}
              style={{ flex: 'none' }}
              disabled={id === undefined}
              data-testid="names-file"
              onClick={() => void chooseFile()}
            >
              {t('names.chooseFile')}
            </Button>
            <Text size="sm" c="dimmed">
              {t('names.fileHint')}
            </Text>
          </Group>
        </section>
        <CkanNamesForm disabled={id === undefined} onLoad={load} />
        {loads.length > 0 && (
          <section aria-label={t('names.loaded')}>
            <h3 className={classes.heading}>{t('names.loaded')}</h3>
            <ul className={classes.loads}>
              {loads.map((each) => (
                <LoadView key={placeOf(each.from)} load={each} onAgain={() => load(each.from)} />
              ))}
            </ul>
            <Button variant="default" data-testid="names-forget" onClick={forget}>
              {t('names.forget')}
            </Button>
          </section>
        )}
      </Stack>
    </AppDialog>
  );
}
