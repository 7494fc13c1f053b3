/** Under an id: the name it is known by, where that is from, and what else it was called. */
import { CopyButton } from '../../components/copy-button.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { useOriginText } from './name-words.ts';
import { useName } from './use-name.ts';

const OTHERS = 5;

export function NameLine({ id }: { readonly id: string }) {
  const { t } = useWords();
  const named = useName(id);
  const originText = useOriginText();
  if (named === undefined) return null;
  const { label, best, others } = named;
  const names = new Set(others.flatMap(({ name, title }) => [name, title]));
  const also = [...names].filter((name) => name !== '' && name !== label && name !== best.name).slice(0, OTHERS);
  return (
    <div data-testid="name-line">
      <bdi>{cellText(label, 300)}</bdi>
      {best.name !== '' && best.name !== label && (
        <>
          {' '}
          <bdi className="dim">{cellText(best.name, 200)}</bdi>
        </>
      )}{' '}
      <CopyButton text={label} label={t('names.copy')} />
      <div className="dim">{originText(best)}</div>
      {also.length > 0 && (
        <div className="dim">
          {t('names.also')}: <bdi>{also.map((name) => cellText(name, 80)).join(' · ')}</bdi>
        </div>
      )}
    </div>
  );
}
