/** The engine's own words: as they are in an English window, folded away under their own language in any other. */
import { Text } from '@mantine/core';
import { isOwnText, useIsForeign } from '../i18n/engine-words.ts';
import { useWords } from '../i18n/use-words.ts';
import { showHidden } from '../model/visible-text.ts';
import classes from './engine-details.module.css';

export function EngineDetails({ message }: { readonly message: string }) {
  const { t } = useWords();
  const foreign = useIsForeign();
  if (!foreign || isOwnText(message)) {
    return (
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        <bdi>{showHidden(message)}</bdi>
      </Text>
    );
  }
  return (
    <details className={classes.details}>
      <summary>{t('error.details')}</summary>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }} lang="en">
        <bdi>{showHidden(message)}</bdi>
      </Text>
    </details>
  );
}
