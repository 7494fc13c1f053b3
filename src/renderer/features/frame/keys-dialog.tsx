/** All keys, told once more at leisure. */
import { Kbd, Table } from '@mantine/core';
import { AppDialog } from '../../components/app-dialog.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { useKeyName } from './key-names.ts';
import { KEYS } from './keys.ts';

export function KeysDialog() {
  const { t } = useWords();
  const keyName = useKeyName();
  return (
    <AppDialog title={t('keys.title')} data-testid="keys-dialog">
      <Table verticalSpacing={4}>
        <Table.Tbody>
          {KEYS.map(({ name, key }) => (
            <Table.Tr key={name}>
              <Table.Td w={180}>
                <Kbd size="sm">{keyName(key)}</Kbd>
              </Table.Td>
              <Table.Td>{t(`keys.${name}`)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </AppDialog>
  );
}
