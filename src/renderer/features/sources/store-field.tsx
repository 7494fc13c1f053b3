/** One field of a store's form, as its description says. */
import { Autocomplete, PasswordInput, SegmentedControl, Select, Stack, Switch, Text } from '@mantine/core';
import { assertNever } from '../../../shared/errors.ts';
import { useWords } from '../../i18n/use-words.ts';
import type { FieldName, FormField } from '../../model/connection/forms.ts';
import type { UrlParts } from '../../model/connection/lens.ts';
import { ChoosePath } from './choose-path.tsx';
import { DraftInput } from './draft-input.tsx';
import { PathList } from './path-list.tsx';

interface StoreFieldProps {
  readonly field: FormField;
  readonly parts: UrlParts;
  readonly secret: string;
  /** The key store has secrets for this connection, so that the field may stay empty. */
  readonly kept: boolean;
  readonly onValue: (value: string) => void;
}

/** Choices that fit beside one another; more of them become a list. */
const SIDE_BY_SIDE = 3;

export function StoreField({ field, parts, secret, kept, onValue }: StoreFieldProps) {
  const { t } = useWords();
  const label = t(`connect.field.${field.name}`);
  const description = useHint(field.name);
  const testId = `connect-${field.name}`;
  if (field.control === 'secret') {
    return (
      <PasswordInput
        label={label}
        description={description}
        placeholder={kept ? t('connect.passwordKept') : ''}
        value={secret}
        autoComplete="off"
        visibilityToggleButtonProps={{ 'aria-label': t('connect.showSecret') }}
        data-testid={testId}
        onChange={(event) => onValue(event.currentTarget.value)}
      />
    );
  }
  const value = field.lens.get(parts);
  switch (field.control) {
    case 'text':
      return (
        <DraftInput
          label={label}
          description={description}
          placeholder={field.placeholder}
          value={value}
          data-testid={testId}
          onValue={onValue}
        />
      );
    case 'number':
      return (
        <DraftInput
          label={label}
          description={description}
          placeholder={field.placeholder}
          inputMode="decimal"
          value={value}
          allow={(text) => text.replaceAll(/[^\d.]/g, '')}
          data-testid={testId}
          onValue={onValue}
        />
      );
    case 'suggest':
      return (
        <Autocomplete
          label={label}
          description={description}
          size="xs"
          value={value}
          data={[...field.suggestions]}
          limit={40}
          maxDropdownHeight={240}
          spellCheck={false}
          data-testid={testId}
          onChange={onValue}
        />
      );
    case 'switch':
      return (
        <Switch
          label={label}
          description={description}
          checked={value !== ''}
          data-testid={testId}
          onChange={(event) => onValue(event.currentTarget.checked ? '1' : '')}
        />
      );
    case 'choice': {
      const data = field.choices.map((choice) => ({ value: choice, label: t(`connect.choice.${choice}`) }));
      if (field.choices.length > SIDE_BY_SIDE) {
        return (
          <Select
            label={label}
            description={description}
            data={data}
            value={value}
            allowDeselect={false}
            data-testid={testId}
            onChange={(next) => onValue(next ?? value)}
          />
        );
      }
      return (
        <Stack gap={4}>
          <SegmentedControl
            aria-label={label}
            fullWidth
            data={data}
            value={value}
            data-testid={testId}
            onChange={onValue}
          />
          {description !== undefined && (
            <Text size="xs" c="dimmed">
              {description}
            </Text>
          )}
        </Stack>
      );
    }
    case 'path':
      return (
        <ChoosePath
          label={label}
          description={description}
          value={value}
          purpose={field.purpose}
          testId={testId}
          onValue={onValue}
        />
      );
    case 'paths':
      return <PathList label={label} value={value} onValue={onValue} />;
    default:
      return assertNever(field);
  }
}

/** What a field needs said beside its name; most need nothing. */
function useHint(name: FieldName): string | undefined {
  const { t } = useWords();
  switch (name) {
    case 'servers':
      return t('connect.hint.servers');
    case 'master':
      return t('connect.hint.master');
    case 'stream':
      return t('connect.hint.stream');
    case 'endpoint':
      return t('connect.hint.endpoint');
    case 'maxLag':
      return t('connect.hint.maxLag');
    case 'encoding':
      return t('connect.hint.encoding');
    case 'passphrase':
      return t('connect.hint.passphrase');
    default:
      return undefined;
  }
}
