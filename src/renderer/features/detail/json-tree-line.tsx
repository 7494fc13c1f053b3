/** One line of the JSON tree: fold, name, value, and what can be done with it. */
import { ChevronDown, ChevronRight, Columns3, Filter, FilterX, Focus } from 'lucide-react';
import { formatPath } from '../../../shared/json-path.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { IconButton } from '../../components/icon-button.tsx';
import { Marked, useSearch } from '../../components/marked.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { addPathColumn, isPathField } from '../../model/columns.ts';
import { addPath, onlyPath } from '../../model/filter-edit.ts';
import { memberCount, nodeText, scalarText } from '../../model/json-text.ts';
import { isContainer, MEMBER_STEP, type JsonLine } from '../../model/json-tree.ts';
import { cellText, clamp, inSentence, showHidden } from '../../model/visible-text.ts';
import { editFilter, useView } from '../../stores/view.ts';
import { setColumns } from '../explorer/use-columns.ts';
import classes from './detail.module.css';

interface JsonTreeLineProps {
  readonly id: string;
  readonly line: JsonLine;
  readonly top: number;
  /** Whether the tree's keys are about this line: then Tab leads to its buttons. */
  readonly isActive: boolean;
  readonly onChoose: () => void;
  readonly onFold: () => void;
  readonly onUnfold: () => void;
}

const INDENT = 14;
const MAX_INDENT = 40;
const VALUE_LIMIT = 500;
const KEY_LIMIT = 120;
/** Counting stops here; more is told as "1,000+". */
const COUNT_LIMIT = 1_000;

export function JsonTreeLine({ id, line, top, isActive, onChoose, onFold, onUnfold }: JsonTreeLineProps) {
  const { t } = useWords();
  const { depth, key, node, expanded, more, source } = line;
  const item = {
    id,
    className: classes.jsonLine,
    style: { top, paddingLeft: 8 + Math.min(depth, MAX_INDENT) * INDENT },
    role: 'treeitem',
    'aria-level': depth + 1,
    'aria-selected': isActive,
    onPointerDown: onChoose,
  };
  const tabIndex = isActive ? 0 : -1;
  if (more) {
    return (
      <div {...item}>
        <span className={classes.spacer} />
        <button type="button" className={classes.fold} tabIndex={-1} onClick={onUnfold}>
          {t('detail.moreMembers', { count: MEMBER_STEP })}
        </button>
      </div>
    );
  }
  const container = isContainer(node);
  const Chevron = expanded ? ChevronDown : ChevronRight;
  return (
    <div
      {...item}
      {...(container && { 'aria-expanded': expanded })}
      data-testid="json-line"
      data-path={line.path.join('.')}
    >
      {container ? (
        <button
          type="button"
          className={classes.fold}
          tabIndex={-1}
          onClick={expanded ? onFold : onUnfold}
          aria-label={cellText(key, KEY_LIMIT)}
        >
          <Chevron size={13} className={classes.spacer} aria-hidden />
          <bdi className={classes.key}>{showHidden(clamp(key, KEY_LIMIT).text)}</bdi>
        </button>
      ) : (
        <>
          <span className={classes.spacer} />
          <bdi className={classes.key}>{showHidden(clamp(key, KEY_LIMIT).text)}</bdi>
        </>
      )}
      <span className="dim">: </span>
      {container ? <Summary line={line} /> : <Scalar line={line} />}
      <span className={classes.jsonTools}>
        {!container && depth > 0 && <PathButtons line={line} tabIndex={tabIndex} />}
        <CopyButton
          text={() => (container ? nodeText(source, node) : scalarText(source, node))}
          label={t('common.copy')}
          tabIndex={tabIndex}
        />
      </span>
    </div>
  );
}

function Summary({ line }: { readonly line: JsonLine }) {
  const { t, number } = useWords();
  const { node, source } = line;
  const count = memberCount(source, node, COUNT_LIMIT + 1);
  const [open, close] = node.kind === 'array' ? ['[', ']'] : ['{', '}'];
  if (count === 0) return <span className="dim">{`${open}${close}`}</span>;
  const formatted = count > COUNT_LIMIT ? `${number(COUNT_LIMIT)}+` : number(count);
  return (
    <span className="dim">
      {open} {t('detail.members', { count, formatted })} {close}
    </span>
  );
}

function Scalar({ line }: { readonly line: JsonLine }) {
  const { node, source } = line;
  const { text, cut } = clamp(scalarText(source, node), VALUE_LIMIT);
  const search = useSearch();
  const quote = node.kind === 'string' ? '"' : '';
  return (
    <bdi className={classes[node.kind]}>
      {quote}
      <Marked text={text} search={search} />
      {cut && '…'}
      {quote}
    </bdi>
  );
}

function PathButtons({ line, tabIndex }: { readonly line: JsonLine; readonly tabIndex: number }) {
  const { t } = useWords();
  const look = { size: 20, iconSize: 12, tabIndex };
  const [root, ...steps] = line.path;
  if (root !== 'result' && root !== 'payload') return null;
  const change = (negate: boolean): void => {
    const condition = { path: formatPath(root, steps), value: scalarText(line.source, line.node), negate };
    editFilter((filter) => addPath(filter, condition));
  };
  return (
    <>
      <IconButton icon={Filter} {...look} label={t('detail.includePath')} onClick={() => change(false)} />
      <IconButton icon={FilterX} {...look} label={t('detail.excludePath')} onClick={() => change(true)} />
      <IconButton
        icon={Focus}
        {...look}
        label={t('grid.only', { value: inSentence(scalarText(line.source, line.node), 40) })}
        onClick={() =>
          editFilter((filter) =>
            onlyPath(filter, {
              path: formatPath(root, steps),
              value: scalarText(line.source, line.node),
              negate: false,
            }),
          )
        }
      />
      <IconButton
        icon={Columns3}
        {...look}
        label={t('columns.add', { field: inSentence(formatPath(root, steps), 80) })}
        data-testid="json-column"
        onClick={() => {
          const path = formatPath(root, steps);
          if (isPathField(path)) setColumns(addPathColumn(useView.getState().columns, path));
        }}
      />
    </>
  );
}
