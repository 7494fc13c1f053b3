/** What is masked, and the key of the pseudonyms: made when it is first needed, named, copied, replaced. The key itself is never here. */
import { Button, Group, Pill, TagsInput, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FILTER_FIELDS } from '../../../shared/event.ts';
import { asAppError, desktop } from '../../api.ts';
import { SafeText } from '../../components/safe-text.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { isMask } from '../../model/export-choice.ts';
import { inSentence } from '../../model/visible-text.ts';
import { reportProblem } from '../../stores/problems.ts';

const KEY_STATE = ['mask-key'];

interface MaskEditorProps {
  readonly mask: readonly string[];
  readonly paths: readonly string[];
  readonly onChange: (mask: readonly string[]) => void;
}

/** Which key there is; asked when it matters. */
export function useMaskKey(isAsked: boolean) {
  return useQuery({
    queryKey: KEY_STATE,
    queryFn: () => desktop('make_mask_key', { replace: false }),
    enabled: isAsked,
  }).data;
}

export function MaskEditor({ mask, paths, onChange }: MaskEditorProps) {
  const { t } = useWords();
  const [refused, setRefused] = useState<string>();
  const take = (values: readonly string[]): void => {
    // Who thinks that something is masked must not find out from the file that it is not.
    setRefused(values.find((value) => !isMask(value)));
    onChange([...new Set(values.filter(isMask))]);
  };
  return (
    <div>
      <TagsInput
        size="xs"
        label={t('export.mask')}
        description={t('export.maskHint')}
        placeholder={mask.length === 0 ? t('export.maskPlaceholder') : ''}
        value={[...mask]}
        data={[
          { group: t('export.groupFields'), items: [...FILTER_FIELDS] },
          { group: t('export.groupPaths'), items: [...paths] },
        ]}
        renderOption={({ option }) => <SafeText value={option.value} limit={120} />}
        renderPill={({ value, onRemove, disabled }) => (
          <Pill withRemoveButton disabled={disabled ?? false} {...(onRemove !== undefined && { onRemove })}>
            <SafeText value={String(value)} limit={60} />
          </Pill>
        )}
        limit={40}
        maxDropdownHeight={220}
        error={refused === undefined ? null : t('export.maskBad', { value: inSentence(refused) })}
        data-testid="export-mask"
        onChange={take}
      />
      {mask.length > 0 && <KeyLine />}
    </div>
  );
}

function KeyLine() {
  const { t } = useWords();
  const client = useQueryClient();
  const state = useMaskKey(true);
  const change = useMutation({
    mutationFn: (call: 'make' | 'paste') =>
      call === 'make' ? desktop('make_mask_key', { replace: true }) : desktop('paste_mask_key', {}),
    onSuccess: (next) => {
      client.setQueryData(KEY_STATE, next);
      return client.invalidateQueries({ queryKey: ['export-preview'] });
    },
    onError: (error) => reportProblem(asAppError(error)),
  });
  const copy = useMutation({
    mutationFn: () => desktop('copy_mask_key', {}),
    onError: (error) => reportProblem(asAppError(error)),
  });
  const id = state?.key_id ?? null;
  return (
    <div>
      <Text size="xs" c="dimmed" mt={4} role="status" data-testid="export-key" data-kept={state?.kept}>
        {id === null
          ? t('export.keyNone')
          : t(state?.kept === 'store' ? 'export.keyStore' : 'export.keySession', { id: id.slice(0, 8) })}
        {copy.isSuccess && ` ${t('export.keyCopied')}`}
      </Text>
      <Group gap={4} mt={2}>
        <Button size="compact-xs" variant="subtle" disabled={id === null} onClick={() => copy.mutate()}>
          {t('export.keyCopy')}
        </Button>
        <Button size="compact-xs" variant="subtle" onClick={() => change.mutate('paste')}>
          {t('export.keyPaste')}
        </Button>
        <Button size="compact-xs" variant="subtle" onClick={() => change.mutate('make')}>
          {t('export.keyNew')}
        </Button>
      </Group>
    </div>
  );
}
