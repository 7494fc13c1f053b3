/** A store's form: its fields, those that few people need folded below. */
import { Collapse, Text, UnstyledButton } from '@mantine/core';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useState } from 'react';
import type { SourceSecrets } from '../../../shared/source-url.ts';
import { useWords } from '../../i18n/use-words.ts';
import { editField, partsFor, shownFields } from '../../model/connection-form.ts';
import type { FormField, StoreForm } from '../../model/connection/forms.ts';
import { CloudWatchCredentials } from './cloudwatch-credentials.tsx';
import classes from './connection-dialog.module.css';
import { StoreField } from './store-field.tsx';

interface StoreFieldsProps {
  readonly form: StoreForm;
  /** The source URL as it stands. */
  readonly text: string;
  readonly secrets: SourceSecrets;
  readonly kept: boolean;
  readonly onText: (text: string) => void;
  readonly onSecrets: (change: SourceSecrets) => void;
}

export function StoreFields({ form, text, secrets, kept, onText, onSecrets }: StoreFieldsProps) {
  const { t } = useWords();
  const parts = partsFor(form, text);
  const advanced = shownFields(form.advanced, parts);
  const isSet = advanced.some((field) =>
    field.control === 'secret' ? (secrets[field.secret] ?? '') !== '' : field.lens.get(parts) !== '',
  );
  const [open, setOpen] = useState(isSet);
  const Chevron = open ? ChevronDown : ChevronRight;
  const show = (field: FormField) => (
    <div key={field.name} className={classes.field} data-width={field.width ?? 'half'}>
      <StoreField
        field={field}
        parts={parts}
        secret={field.control === 'secret' ? (secrets[field.secret] ?? '') : ''}
        kept={kept}
        onValue={(value) => {
          if (field.control === 'secret') onSecrets({ [field.secret]: value });
          else onText(editField(form, text, field, value));
        }}
      />
    </div>
  );
  return (
    <>
      <Text c="dimmed" size="sm">
        {t(`connect.about.${form.kind}`)}
      </Text>
      <div className={classes.fields}>{shownFields(form.fields, parts).map(show)}</div>
      {form.kind === 'cloudwatch' && (
        <CloudWatchCredentials parts={parts} secrets={secrets} kept={kept} onText={onText} onSecrets={onSecrets} />
      )}
      {advanced.length > 0 && (
        <div>
          <UnstyledButton
            className={classes.more ?? ''}
            aria-expanded={open}
            data-testid="connect-advanced"
            onClick={() => setOpen(!open)}
          >
            <Chevron size={13} aria-hidden />
            {t('connect.advanced')}
          </UnstyledButton>
          <Collapse expanded={open}>
            <div className={classes.fields}>{advanced.map(show)}</div>
          </Collapse>
        </div>
      )}
    </>
  );
}
