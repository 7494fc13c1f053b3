/** One setting: its name, what it does, its value, and where that comes from. */
import { Switch, Text, TextInput } from '@mantine/core';
import { Undo2 } from 'lucide-react';
import { useState } from 'react';
import type { EffectiveOptionView } from '../../../shared/actions/options.ts';
import { asAppError } from '../../api.ts';
import { IconButton } from '../../components/icon-button.tsx';
import { settingText } from '../../i18n/engine-words.ts';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';
import { useSetOption } from './options.ts';
import classes from './admin.module.css';

export function SettingLine({ option }: { readonly option: EffectiveOptionView }) {
  const { t, language } = useWords();
  const setOption = useSetOption();
  const [problem, setProblem] = useState('');
  const { name, type, text, default_text, origin, place, changeable, secret } = option;
  const change = async (to: string | null): Promise<void> => {
    if (to === text) return;
    try {
      await setOption(name, to);
      setProblem('');
    } catch (error) {
      setProblem(asAppError(error).message);
    }
  };
  const why = secret ? t('admin.fixedSecret') : changeable ? undefined : t('admin.fixed');
  return (
    <li className={classes.line} data-testid={`setting-${name}`}>
      <div className={classes.what}>
        <Text size="sm" className="mono">
          {name}
        </Text>
        <Text size="xs" c="dimmed">
          {settingText(language, option)}
        </Text>
      </div>
      <div className={classes.value} title={why}>
        {type === 'switch' ? (
          <Switch
            aria-label={name}
            checked={text === 'true'}
            disabled={!changeable}
            onChange={(event) => void change(String(event.currentTarget.checked))}
          />
        ) : (
          <TextSetting option={option} problem={problem} onChange={change} />
        )}
        <Text size="xs" c="dimmed">
          {t(`admin.origin.${origin}`, { place: cellText(place, 200) })}
          {origin === 'settings' && (
            <IconButton
              icon={Undo2}
              size={20}
              iconSize={12}
              label={t('admin.takeBack', { text: default_text === '' ? t('admin.empty') : cellText(default_text, 80) })}
              onClick={() => void change(null)}
            />
          )}
        </Text>
        {type === 'switch' && problem !== '' && (
          <Text size="xs" className="wrong" role="alert" lang="en">
            {cellText(problem, 400)}
          </Text>
        )}
      </div>
    </li>
  );
}

interface TextSettingProps {
  readonly option: EffectiveOptionView;
  readonly problem: string;
  readonly onChange: (text: string) => Promise<void>;
}

/** Kept when the field is left or Enter is pressed; Escape brings back what was there. */
function TextSetting({ option, problem, onChange }: TextSettingProps) {
  const { t } = useWords();
  const { name, text, changeable } = option;
  const [draft, setDraft] = useState<string>();
  const keep = async (): Promise<void> => {
    if (draft === undefined) return;
    await onChange(draft);
    setDraft(undefined);
  };
  return (
    <TextInput
      aria-label={name}
      size="xs"
      classNames={{ input: 'mono' }}
      value={draft ?? text}
      placeholder={t('admin.empty')}
      disabled={!changeable}
      error={problem === '' ? undefined : cellText(problem, 400)}
      // What was typed first, the dialog only when the key is pressed again.
      data-mantine-stop-propagation={draft !== undefined}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={() => void keep()}
      onKeyDown={(event) => {
        if (event.key === 'Enter') void keep();
        if (event.key === 'Escape' && draft !== undefined) {
          setDraft(undefined);
        }
      }}
    />
  );
}
