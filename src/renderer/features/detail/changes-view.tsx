/** What a model event changed, attribute by attribute, before and after side by side. */
import { Button } from '@mantine/core';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { Marked, useSearch } from '../../components/marked.tsx';
import { useWords } from '../../i18n/use-words.ts';
import type { Change, ChangeList } from '../../model/changes.ts';
import { clamp } from '../../model/visible-text.ts';
import { ChangeSides } from './change-sides.tsx';
import classes from './detail.module.css';

interface ChangesViewProps {
  readonly list: ChangeList;
  readonly action: string;
}

const SHOWN = 400;
const NAME_LIMIT = 300;

export function ChangesView({ list, action }: ChangesViewProps) {
  const { t, counted } = useWords();
  const [open, setOpen] = useState(false);
  const { changes, unknown, unchanged, hasOld } = list;
  const deleted = action === 'deleted';
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <div className={classes.changes} data-testid="changes">
      {(deleted || !hasOld) && (
        <div className={classes.bar}>
          <span className="dim">{t(deleted ? 'detail.stateDeleted' : 'detail.stateNew')}</span>
        </div>
      )}
      {changes.length === 0 && <div className={classes.bar}>{t('detail.noChanges')}</div>}
      {hasOld && changes.length > 0 && (
        <div className={`${classes.sides ?? ''} ${classes.headings ?? ''} dim`} data-testid="changes-headings">
          <span>{t('detail.before')}</span>
          <span>{t('detail.after')}</span>
        </div>
      )}
      <Lines changes={changes} hasOld={hasOld} />
      {unknown.length > 0 && (
        <>
          <Button
            variant="subtle"
            color="gray"
            fullWidth
            justify="flex-start"
            aria-expanded={open}
            title={t('detail.unknownHint')}
            leftSection={<Chevron size={13} aria-hidden />}
            data-testid="changes-unknown"
            onClick={() => setOpen(!open)}
          >
            {t('detail.unknown', counted(unknown.length))}
          </Button>
          {open && <Lines changes={unknown} hasOld={hasOld} />}
        </>
      )}
      {unchanged > 0 && (
        <div className={classes.bar}>
          <span className="dim">{t('detail.unchanged', counted(unchanged))}</span>
        </div>
      )}
    </div>
  );
}

function Lines({ changes, hasOld }: { readonly changes: readonly Change[]; readonly hasOld: boolean }) {
  const search = useSearch();
  return changes.slice(0, SHOWN).map((change) => (
    <div key={JSON.stringify(change.path)} className={classes.change} data-testid="change" data-kind={change.kind}>
      <div className="dim">
        <bdi>
          <Marked text={clamp(change.path.join(' › '), NAME_LIMIT).text} search={search} />
        </bdi>
      </div>
      <ChangeSides change={change} hasOld={hasOld} />
    </div>
  ));
}
