/** The trackers that plugins and scripts brought, beside the two that are built in. */
import { Text, Title } from '@mantine/core';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { useTracking } from './tracking.ts';
import classes from './admin.module.css';

export function TrackerList() {
  const { t } = useWords();
  const { data } = useTracking();
  if (data === undefined) return null;
  return (
    <section aria-labelledby="trackers-title" data-testid="tracker-list">
      <Title id="trackers-title" order={3} size="sm" mb={4}>
        {t('admin.trackers')}
      </Title>
      {data.trackers.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('admin.noTrackers')}
        </Text>
      ) : (
        <ul className={classes.list}>
          {data.trackers.map(({ name, plugin, skips, stopped }, index) => (
            <li key={`${plugin} ${name} ${String(index)}`} className={classes.line}>
              <div className={classes.what}>
                <Text size="sm" fw={600}>
                  <bdi>{cellText(name, 120)}</bdi>
                </Text>
                <Text size="xs" c="dimmed" className="mono">
                  <bdi>{plugin === '' ? t('admin.ofCode') : cellText(plugin, 300)}</bdi>
                </Text>
              </div>
              <Text size="xs" className={stopped ? 'wrong' : 'dim'}>
                {t(stopped ? 'admin.trackerStopped' : skips ? 'admin.trackerSkips' : 'admin.trackerWrites')}
              </Text>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
