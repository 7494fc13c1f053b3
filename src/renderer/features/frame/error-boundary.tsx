/** Keeps a defect in one part of the window from taking the others along. */
import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { asAppError } from '../../api.ts';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useWords } from '../../i18n/use-words.ts';

interface ErrorBoundaryState {
  readonly error: unknown;
}

export class ErrorBoundary extends Component<{ readonly children: ReactNode }, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: undefined };

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { error };
  }

  override render(): ReactNode {
    if (this.state.error === undefined) return this.props.children;
    return <Failed error={this.state.error} onRetry={() => this.setState({ error: undefined })} />;
  }
}

function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { t } = useWords();
  return (
    <div style={{ flex: 1, padding: 16 }}>
      <ErrorNotice error={asAppError(error)} title={t('error.crashTitle')}>
        <Button onClick={onRetry}>{t('common.retry')}</Button>
      </ErrorNotice>
    </div>
  );
}
