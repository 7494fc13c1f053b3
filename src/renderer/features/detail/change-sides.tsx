/** A value before and after with the parts that differ marked; of a list, what came and what went. */
import { useMemo } from 'react';
import { Marked, useSearch } from '../../components/marked.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { sidesOf, type ListPart, type Side } from '../../model/change-sides.ts';
import type { Change } from '../../model/changes.ts';
import { clamp } from '../../model/visible-text.ts';
import classes from './detail.module.css';

const ELEMENT_LIMIT = 300;
const ELEMENTS = 200;

interface ChangeSidesProps {
  readonly change: Change;
  /** Without a recorded former state only the state after is shown. */
  readonly hasOld: boolean;
}

export function ChangeSides({ change, hasOld }: ChangeSidesProps) {
  const { t } = useWords();
  const { before, after, list } = useMemo(() => sidesOf(change), [change]);
  if (list !== undefined && hasOld) return <ListDifference parts={list} />;
  const later = <SideView side="after" label={t('detail.after')} shown={after} instead={t('detail.notThere')} />;
  if (!hasOld) return later;
  const isUnknown = change.kind === 'unknown';
  return (
    <div className={classes.sides}>
      <SideView
        side="before"
        label={t('detail.before')}
        shown={isUnknown ? undefined : before}
        instead={isUnknown ? t('common.unknown') : t('detail.notThere')}
      />
      {later}
    </div>
  );
}

interface SideViewProps {
  readonly side: 'before' | 'after';
  readonly label: string;
  readonly shown: Side | undefined;
  /** What is said where there is no value. */
  readonly instead: string;
}

function SideView({ side, label, shown, instead }: SideViewProps) {
  const { t } = useWords();
  const search = useSearch();
  if (shown === undefined) {
    return (
      <div className={classes.side} data-none title={label}>
        {instead}
      </div>
    );
  }
  const { stretches, cutBefore, cutAfter } = shown;
  const isNone = stretches.length === 1 && stretches[0]?.text === 'None';
  const isEmpty = stretches.every(({ text }) => text === '');
  return (
    <div className={classes.side} data-side={side} title={isNone ? t('detail.noneHint') : label}>
      {isEmpty ? (
        <span className="dim">{t('common.empty')}</span>
      ) : (
        <bdi>
          {cutBefore && '…'}
          {stretches.map(({ text, differs }, index) =>
            differs ? (
              // The stretches change only together.
              // oxlint-disable-next-line react/no-array-index-key
              <mark key={index} className={classes.differs}>
                <Marked text={text} search={search} keepLines />
              </mark>
            ) : (
              // oxlint-disable-next-line react/no-array-index-key
              <Marked key={index} text={text} search={search} keepLines />
            ),
          )}
          {cutAfter && '…'}
        </bdi>
      )}
    </div>
  );
}

const SIGNS = { same: '', removed: '−', added: '+' } as const;

/** What was taken out of a list and put in, in its order; what stayed is counted. */
function ListDifference({ parts }: { readonly parts: readonly ListPart[] }) {
  const { t, counted } = useWords();
  const search = useSearch();
  const changed = parts.filter(({ kind }) => kind !== 'same');
  const same = parts.length - changed.length;
  const rest = changed.length - ELEMENTS;
  return (
    <ul className={classes.elements} data-testid="list-difference">
      {changed.slice(0, ELEMENTS).map(({ kind, text }, index) => (
        // The elements change only together.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={index} data-kind={kind}>
          <span className={classes.sign} aria-label={t(kind === 'added' ? 'changes.added' : 'changes.removed')}>
            {SIGNS[kind]}
          </span>
          {text === '' ? (
            <span className="dim">{t('common.empty')}</span>
          ) : (
            <bdi>
              <Marked text={clamp(text, ELEMENT_LIMIT).text} search={search} />
            </bdi>
          )}
        </li>
      ))}
      {rest > 0 && <li className="dim">{t('changes.more', counted(rest))}</li>}
      {same > 0 && <li className="dim">{t('changes.same', counted(same))}</li>}
    </ul>
  );
}
