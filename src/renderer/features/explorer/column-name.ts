/** What a column is called: a field by its name, a path by itself. */
import { useWords } from '../../i18n/use-words.ts';
import { isPathField, type ColumnField } from '../../model/columns.ts';
import { cellText } from '../../model/visible-text.ts';

const LENGTH = 120;

export function useColumnName(): (field: ColumnField) => string {
  const { t } = useWords();
  return (field) => (isPathField(field) ? cellText(field, LENGTH) : t(`field.${field}`));
}
