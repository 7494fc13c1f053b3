/** What a model event changed, attribute by attribute, before and after side by side. */
import type { Change, ChangeList } from '../../model/changes.ts';
import { isJson, prettyLines, rootNode, scalarText } from '../../model/json-text.ts';
import { clamp, showHidden } from '../../model/visible-text.ts';
import { useWords } from '../../i18n/use-words.ts';
import classes from './detail.module.css';

interface ChangesViewProps {
  readonly list: ChangeList;
  readonly action: string;
}

const SIDE_LIMIT = 4_000;
const SHOWN = 400;

export function ChangesView({ list, action }: ChangesViewProps) {
  const { t, counted } = useWords();
  const { changes, unchanged, hasOld } = list;
  const deleted = action === 'deleted';
  return (
    <div className={classes.changes} data-testid="changes">
      {(deleted || !hasOld) && (
        <div className={classes.bar}>
          <span className="dim">{t(deleted ? 'detail.stateDeleted' : 'detail.stateNew')}</span>
        </div>
      )}
      {changes.length === 0 && <div className={classes.bar}>{t('detail.noChanges')}</div>}
      {changes.slice(0, SHOWN).map((change) => (
        <div key={JSON.stringify(change.path)} className={classes.change} data-testid="change" data-kind={change.kind}>
          <div className="dim">
            <bdi>{showHidden(clamp(change.path.join(' › '), 300).text)}</bdi>
          </div>
          {hasOld ? (
            <div className={classes.sides}>
              <Side change={change} side="before" />
              <Side change={change} side="after" />
            </div>
          ) : (
            <Side change={change} side="after" />
          )}
        </div>
      ))}
      {unchanged > 0 && (
        <div className={classes.bar}>
          <span className="dim">{t('detail.unchanged', counted(unchanged))}</span>
        </div>
      )}
    </div>
  );
}

function Side({ change, side }: { readonly change: Change; readonly side: 'before' | 'after' }) {
  const { t } = useWords();
  const json = change[side];
  const label = t(`detail.${side}`);
  if (side === 'before' && change.kind === 'unknown') {
    return (
      <p className={classes.side} data-none title={t('detail.unknownHint')} aria-label={label}>
        {t('detail.unknown')}
      </p>
    );
  }
  if (json === undefined) {
    return (
      <p className={classes.side} data-none aria-label={label}>
        {t('detail.notThere')}
      </p>
    );
  }
  const text = readable(json);
  return (
    <p
      className={classes.side}
      data-side={side}
      title={text === 'None' ? t('detail.noneHint') : undefined}
      aria-label={label}
    >
      {text === '' ? <span className="dim">{t('common.empty')}</span> : <bdi>{text}</bdi>}
    </p>
  );
}

/** Texts without quotes, lists and objects indented, numbers as written; bounded. */
function readable(json: string): string {
  const { text, cut } = clamp(json, SIDE_LIMIT);
  if (cut || !isJson(json)) return `${showHidden(text, true)}${cut ? '…' : ''}`;
  const root = rootNode(json);
  const plain = root.kind === 'object' || root.kind === 'array' ? prettyLines(json).join('\n') : scalarText(json, root);
  return showHidden(plain, true);
}
