/** Says what was done, with the way back. */
import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';

const LONG_ENOUGH_MS = 12_000;

export function undoNotice(text: string, undo: string, onUndo: () => void): void {
  const id = notifications.show({
    color: 'gray',
    autoClose: LONG_ENOUGH_MS,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <bdi>{text}</bdi>
        <Button
          variant="subtle"
          data-testid="undo-notice"
          onClick={() => {
            notifications.hide(id);
            onUndo();
          }}
        >
          {undo}
        </Button>
      </Group>
    ),
  });
}
