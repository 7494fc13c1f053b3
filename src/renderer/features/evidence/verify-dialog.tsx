/** Checks exported files against their manifests and says what, if anything, is different. */
import { Alert, Button, Group, Loader, Stack, Text } from '@mantine/core';
import { CircleCheck, CircleX } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import type { Verification } from '../../../shared/contract.ts';
import { isAbort, type AppError } from '../../../shared/errors.ts';
import { asAppError, callAction, desktop } from '../../api.ts';
import { AppDialog } from '../../components/app-dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { cellText } from '../../model/visible-text.ts';

export function VerifyDialog() {
  const { t } = useWords();
  const [files, setFiles] = useState<readonly Verification[]>([]);
  const [current, setCurrent] = useState<string>();
  const [problem, setProblem] = useState<AppError>();
  const controller = useRef<AbortController | undefined>(undefined);
  useEffect(() => () => controller.current?.abort(), []);
  const choose = async (): Promise<void> => {
    setProblem(undefined);
    try {
      const { paths } = await desktop('choose_files', { purpose: 'verify' });
      const [first] = paths;
      if (first === undefined) return;
      setFiles([]);
      setCurrent(first);
      controller.current = new AbortController();
      const { signal } = controller.current;
      const result = await callAction(
        'event_audit_verify',
        { paths },
        { signal, onProgress: (one) => setCurrent(one.path) },
      );
      setFiles(result.files);
    } catch (error) {
      if (!isAbort(error)) setProblem(asAppError(error));
    } finally {
      setCurrent(undefined);
    }
  };
  return (
    <AppDialog title={t('evidence.verifyTitle')} size={640} data-testid="verify-dialog">
      <Stack gap="md">
        <Text>{t('evidence.verifyText')}</Text>
        <Group>
          <Button
            onClick={() => void choose()}
            disabled={current !== undefined}
            data-autofocus
            data-testid="verify-choose"
          >
            {t('evidence.chooseFiles')}
          </Button>
          {current !== undefined && (
            <>
              <Loader size="xs" />
              <Text size="sm" role="status">
                <bdi>{t('evidence.verifying', { name: cellText(current, 200) })}</bdi>
              </Text>
              <Button size="compact-xs" variant="default" onClick={() => controller.current?.abort()}>
                {t('common.cancel')}
              </Button>
            </>
          )}
        </Group>
        {problem !== undefined && <ErrorNotice error={problem} />}
        {files.map((file) => (
          <Verified key={file.path} file={file} />
        ))}
      </Stack>
    </AppDialog>
  );
}

function Verified({ file }: { readonly file: Verification }) {
  const { t, counted } = useWords();
  const { path, ok, rows, sha256, findings, more_findings } = file;
  const Icon = ok ? CircleCheck : CircleX;
  return (
    <Alert
      variant="light"
      color={ok ? 'gray' : 'red'}
      icon={<Icon size={16} color={ok ? 'var(--added)' : 'var(--wrong)'} aria-hidden />}
      title={ok ? t('evidence.verified') : t('evidence.notVerified')}
      data-testid="verification"
      data-ok={ok}
    >
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        <bdi>{cellText(path, 500)}</bdi>
        {rows !== null && ` · ${t('evidence.rows', counted(rows))}`}
      </Text>
      {sha256 !== null && (
        <Text size="xs" c="dimmed" className="mono" style={{ overflowWrap: 'anywhere' }}>
          SHA-256 {sha256}
        </Text>
      )}
      {findings.length > 0 && (
        <>
          <Text size="sm" mt="xs">
            {t('evidence.findings', counted(findings.length + more_findings))}
          </Text>
          <ul style={{ margin: '4px 0', paddingLeft: 18 }}>
            {findings.map((finding) => (
              <li key={`${finding.code}/${String(finding.row)}/${finding.message}`}>
                <bdi>{cellText(finding.message, 500)}</bdi>
              </li>
            ))}
          </ul>
          {more_findings > 0 && <Text size="sm">{t('evidence.moreFindings', counted(more_findings))}</Text>}
        </>
      )}
    </Alert>
  );
}
