/** Search over everything: what is typed becomes the filter's search a moment later. */
import { CloseButton, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../../i18n/use-words.ts';
import { editFilter, useView } from '../../stores/view.ts';
import classes from './filter-bar.module.css';
import { SEARCH_ID } from './focus-search.ts';

const DELAY_MS = 150;
/** Letters typed within this time are one step of undo. */
const MERGE_MS = 2_000;

export function SearchBox() {
  const { t } = useWords();
  const search = useView((state) => state.filter.search);
  const [text, setText] = useState(search);
  const sent = useRef({ text: search, at: 0 });
  // Undo, a chip or another source may change the search from outside.
  useEffect(() => {
    if (search === sent.current.text) return;
    sent.current = { text: search, at: 0 };
    setText(search);
  }, [search]);
  const send = useDebouncedCallback((value: string) => {
    const merge = Date.now() - sent.current.at < MERGE_MS;
    sent.current = { text: value, at: Date.now() };
    editFilter((filter) => ({ ...filter, search: value }), merge);
  }, DELAY_MS);
  const change = (value: string): void => {
    setText(value);
    send(value);
  };
  return (
    <TextInput
      id={SEARCH_ID}
      className={classes.search ?? ''}
      type="text"
      role="searchbox"
      aria-label={t('filter.search')}
      placeholder={t('filter.searchHint')}
      leftSection={<Search size={14} aria-hidden />}
      rightSection={
        text !== '' && <CloseButton size="xs" aria-label={t('filter.clearSearch')} onClick={() => change('')} />
      }
      value={text}
      spellCheck={false}
      autoComplete="off"
      data-testid="search"
      onChange={(event) => change(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && text !== '') {
          event.stopPropagation();
          change('');
        }
      }}
    />
  );
}
