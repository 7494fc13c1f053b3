/** A text field whose value is read back from a URL: what is being typed stays as typed until the field is left. */
import { TextInput, type TextInputProps } from '@mantine/core';
import { useState } from 'react';

interface DraftInputProps extends Omit<TextInputProps, 'value' | 'onChange'> {
  readonly value: string;
  readonly onValue: (value: string) => void;
  /** Takes out what can't be part of the value. */
  readonly allow?: (text: string) => string;
  readonly 'data-testid'?: string;
}

export function DraftInput({ value, onValue, allow, ...rest }: DraftInputProps) {
  const [draft, setDraft] = useState<string>();
  return (
    <TextInput
      spellCheck={false}
      autoComplete="off"
      {...rest}
      value={draft ?? value}
      onChange={(event) => {
        const text = event.currentTarget.value;
        const next = allow === undefined ? text : allow(text);
        setDraft(next);
        onValue(next);
      }}
      onBlur={() => setDraft(undefined)}
    />
  );
}
