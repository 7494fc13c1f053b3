/** Copies a text through the shell and says so for a moment. */
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { asAppError, desktop } from '../api.ts';
import { useWords } from '../i18n/use-words.ts';
import { reportProblem } from '../stores/problems.ts';
import { IconButton } from './icon-button.tsx';

interface CopyButtonProps {
  readonly text: string | (() => string);
  readonly label: string;
  readonly size?: number;
  readonly tabIndex?: number;
}

const SAID_MS = 1_200;

export function CopyButton({ text, label, size = 20, tabIndex }: CopyButtonProps) {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), SAID_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    copyText(typeof text === 'string' ? text : text());
    setCopied(true);
  };
  return (
    <IconButton
      icon={copied ? Check : Copy}
      label={copied ? t('common.copied') : label}
      onClick={copy}
      size={size}
      iconSize={13}
      tabIndex={tabIndex}
    />
  );
}

/** Puts a text on the clipboard. */
export function copyText(text: string): void {
  desktop('copy_text', { text }).catch((error: unknown) => reportProblem(asAppError(error)));
}
