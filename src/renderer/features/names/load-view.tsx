/** What one place gave: how many names of what kind, which rows it could not use, or why it could not be read. */

import { RotateCw } from 'lucide-react';
import { asAppError } from '../../api.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Waiting } from '../../components/waiting.tsx';
import { enNames } from '../../i18n/en-names.ts';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { placeOf, type Load } from '../../stores/loaded-names.ts';
import classes from './names.module.css';

const ROWS = 5;

export function LoadView({ load, onAgain }: { readonly load: Load; readonly onAgain: () => void }) {
  const { t, number, counted } = useWords();
  const { from, result, error } = load;
  return (
    <li data-testid="names-load" data-loaded={result?.loaded}>
      <div className={classes.place}>
        <bdi className="clip" title={cellText(placeOf(from), 400)}>
          {cellText(placeOf(from), 120)}
        </bdi>
        {result === undefined && error === undefined && <Waiting size="xs" />}
        {result !== undefined && <span className="dim">{t('names.count', counted(result.loaded))}</span>}
        {(result ?? error) !== undefined && (
          <IconButton icon={RotateCw} size={20} iconSize={12} label={t('names.again')} onClick={onAgain} />
        )}
      </div>
      {error !== undefined && <ErrorNotice error={asAppError(error)} />}
      {result !== undefined && Object.keys(result.by_kind).length > 0 && (
        <div className="dim">
          {Object.entries(result.by_kind)
            .map(
              ([kind, count]) =>
                `${isKind(kind) ? t(`names.kind.${kind}`) : cellText(kind, 40) || t('names.noKind')} ${number(count)}`,
            )
            .join(' · ')}
        </div>
      )}
      {result !== undefined && result.closed.length > 0 && (
        <div data-testid="names-closed">{t('names.closed', { tables: result.closed.join(', ') })}</div>
      )}
      {result !== undefined && result.ignored > 0 && (
        <div data-testid="names-ignored" data-count={result.ignored}>
          {t('names.ignored', counted(result.ignored))}{' '}
          <span className="dim">
            {result.ignored_rows
              .slice(0, ROWS)
              .map(({ row, reason }) =>
                t('names.row', { row: number(row), reason: isReason(reason) ? t(`names.reason.${reason}`) : reason }),
              )
              .join(', ')}
            {result.ignored > ROWS && ' …'}
          </span>
        </div>
      )}
    </li>
  );
}

function isKind(kind: string): kind is keyof typeof enNames.names.kind {
  return Object.hasOwn(enNames.names.kind, kind);
}

function isReason(reason: string): reason is keyof typeof enNames.names.reason {
  return Object.hasOwn(enNames.names.reason, reason);
}
