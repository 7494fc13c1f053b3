/** An id as its name, with the id in the tooltip; as the id itself where no name is known or ids are to be shown. */
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { useNameTitle } from './name-words.ts';
import { useName } from './use-name.ts';

interface NamedProps {
  readonly id: string;
  readonly limit?: number;
  readonly className?: string | undefined;
}

export function Named({ id, limit = 80, className }: NamedProps) {
  const { t } = useWords();
  const named = useName(id);
  const title = useNameTitle();
  if (id === '') return <span className="dim">{t('common.empty')}</span>;
  if (named === undefined) {
    return (
      <bdi className={className} title={id.length > limit ? cellText(id, 300) : undefined}>
        {cellText(id, limit)}
      </bdi>
    );
  }
  return (
    <bdi className={className} title={title(named)} data-named>
      {cellText(named.label, limit)}
    </bdi>
  );
}
