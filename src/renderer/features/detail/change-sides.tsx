/** A value before and after, with the part that differs marked. */
import { useWords } from '../../i18n/use-words.ts';
import type { Change } from '../../model/changes.ts';
import { isJson, prettyLines, rootNode, scalarText } from '../../model/json-text.ts';
import { commonEnds, splitDifference, type TextDifference } from '../../model/text-difference.ts';
import { clamp, showHidden } from '../../model/visible-text.ts';
import classes from './detail.module.css';

const SIDE_LIMIT = 4_000;

interface ChangeSidesProps {
  readonly change: Change;
  /** Without a recorded former state only the state after is shown. */
  readonly hasOld: boolean;
}

export function ChangeSides({ change, hasOld }: ChangeSidesProps) {
  const { t } = useWords();
  const before = change.before === undefined ? undefined : readable(change.before);
  const after = change.after === undefined ? undefined : readable(change.after);
  const ends =
    change.kind === 'changed' && before !== undefined && after !== undefined ? commonEnds(before, after) : undefined;
  const parts = (text: string): TextDifference =>
    ends === undefined ? { before: text, middle: '', after: '' } : splitDifference(text, ends);
  const later = (
    <Side
      side="after"
      label={t('detail.after')}
      text={after === undefined ? undefined : parts(after)}
      instead={t('detail.notThere')}
    />
  );
  if (!hasOld) return later;
  return (
    <div className={classes.sides}>
      <Side
        side="before"
        label={t('detail.before')}
        text={before === undefined || change.kind === 'unknown' ? undefined : parts(before)}
        instead={change.kind === 'unknown' ? t('common.unknown') : t('detail.notThere')}
      />
      {later}
    </div>
  );
}

interface SideProps {
  readonly side: 'before' | 'after';
  readonly label: string;
  readonly text: TextDifference | undefined;
  /** What is said where there is no value. */
  readonly instead: string;
}

function Side({ side, label, text, instead }: SideProps) {
  const { t } = useWords();
  if (text === undefined) {
    return (
      <div className={classes.side} data-none title={label}>
        {instead}
      </div>
    );
  }
  const { before, middle, after } = text;
  const whole = before + middle + after;
  return (
    <div className={classes.side} data-side={side} title={whole === 'None' ? t('detail.noneHint') : label}>
      {whole === '' ? (
        <span className="dim">{t('common.empty')}</span>
      ) : (
        <bdi>
          {showHidden(before, true)}
          {middle !== '' && <mark className={classes.differs}>{showHidden(middle, true)}</mark>}
          {showHidden(after, true)}
        </bdi>
      )}
    </div>
  );
}

/** Texts without quotes, lists and objects indented, numbers as written; bounded. */
function readable(json: string): string {
  const { text, cut } = clamp(json, SIDE_LIMIT);
  if (cut || !isJson(json)) return `${text}${cut ? '…' : ''}`;
  const root = rootNode(json);
  return root.kind === 'object' || root.kind === 'array' ? prettyLines(json).join('\n') : scalarText(json, root);
}
