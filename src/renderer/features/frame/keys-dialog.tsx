/** All keys, told once more at leisure. */
import { Kbd, Table } from '@mantine/core';
import { AppDialog } from '../../components/app-dialog.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { COMMAND_NAMES, COMMANDS } from './commands.ts';
import { useKeyName } from './key-names.ts';
import { KEYS } from './keys.ts';

export function KeysDialog() {
  const { t } = useWords();
  const keyName = useKeyName();
  const lines = [
    ...COMMAND_NAMES.flatMap((name) => {
      const { key } = COMMANDS[name];
      return key === undefined ? [] : [{ key, text: t(`command.${name}`) }];
    }),
    ...KEYS.map(({ name, key }) => ({ key, text: t(`keys.${name}`) })),
  ];
  return (
    <AppDialog title={t('keys.title')} data-testid="keys-dialog">
      <Table verticalSpacing={4}>
        <Table.Tbody>
          {lines.map(({ key, text }) => (
            <Table.Tr key={key}>
              <Table.Td w={180}>
                <Kbd size="sm">{keyName(key)}</Kbd>
              </Table.Td>
              <Table.Td>{text}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </AppDialog>
  );
}
