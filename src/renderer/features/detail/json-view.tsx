/** Result and payload: as a tree that unfolds, indented, or exactly as written. */
import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { EventDetail } from '../../../shared/event.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { eventJson } from '../../model/event-json.ts';
import { isJson, prettyLines } from '../../model/json-text.ts';
import type { JsonRoot } from '../../model/json-tree.ts';
import classes from './detail.module.css';
import { JsonTree } from './json-tree.tsx';
import { TextView } from './text-view.tsx';

type Mode = 'tree' | 'pretty' | 'original';

export function JsonView({ event }: { readonly event: EventDetail }) {
  const { t } = useWords();
  const [mode, setMode] = useState<Mode>('tree');
  const roots = useMemo(() => rootsOf(event), [event]);
  // What is made of megabytes is made only when it is looked at.
  const readable = roots.length + absentOf(event).length === 2;
  const shown = readable ? mode : 'original';
  return (
    <div className={classes.fill} data-testid="json-view">
      <div className={classes.bar}>
        <SegmentedControl
          aria-label={t('detail.json')}
          value={shown}
          disabled={!readable}
          onChange={(value) => setMode(value)}
          data={[
            { value: 'tree', label: t('detail.tree') },
            { value: 'pretty', label: t('detail.pretty') },
            { value: 'original', label: t('detail.original') },
          ]}
        />
        <CopyButton text={() => eventJson(event)} label={t('detail.copyAll')} />
        {!readable && <span className="dim">{t('detail.notJson')}</span>}
      </div>
      {shown === 'tree' && <JsonTree roots={roots} absent={absentOf(event)} />}
      {shown === 'pretty' && <PrettyText event={event} />}
      {shown === 'original' && <OriginalText event={event} />}
    </div>
  );
}

function OriginalText({ event }: { readonly event: EventDetail }) {
  const { t } = useWords();
  const text = useMemo(() => eventJson(event), [event]);
  return <TextView text={text} label={t('detail.original')} />;
}

function PrettyText({ event }: { readonly event: EventDetail }) {
  const { t } = useWords();
  const pretty = useMemo(() => prettyLines(eventJson(event)).join('\n'), [event]);
  return <TextView text={pretty} label={t('detail.pretty')} />;
}

function rootsOf(event: EventDetail): readonly JsonRoot[] {
  return (['result', 'payload'] as const).flatMap((name) => {
    const text = event[name];
    return text !== null && isJson(text) ? [{ name, text }] : [];
  });
}

function absentOf(event: EventDetail): readonly ('result' | 'payload')[] {
  return (['result', 'payload'] as const).filter((name) => event[name] === null);
}
