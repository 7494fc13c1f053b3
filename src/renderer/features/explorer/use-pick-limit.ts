/** Says that too many rows were to be picked by hand. */
import { notifications } from '@mantine/notifications';
import { useCallback } from 'react';
import { useWords } from '../../i18n/use-words.ts';
import { MAX_PICKED } from './row-actions.ts';

export function usePickLimit(): () => void {
  const { t, number } = useWords();
  return useCallback((): void => {
    notifications.show({ id: 'pick-limit', message: t('grid.tooMany', { max: number(MAX_PICKED) }), color: 'gray' });
  }, [t, number]);
}
