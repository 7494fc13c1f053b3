/** Opens a store of any kind. Form and source URL say the same at all times. */
import { Button, Checkbox, Group, Stack, Tabs, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { SourceKind } from '../../../shared/contract.ts';
import type { ErrorReply } from '../../../shared/errors.ts';
import type { SourceSecrets } from '../../../shared/source-url.ts';
import { AppDialog } from '../../components/app-dialog.tsx';
import { ErrorNotice } from '../../components/error-notice.tsx';
import { useWords } from '../../i18n/use-words.ts';
import { formOf, isIncomplete, kindOfUrl, newUrl, tryParse } from '../../model/connection-form.ts';
import { FORMS } from '../../model/connection/forms.ts';
import { cellText } from '../../model/visible-text.ts';
import { closeDialog } from '../../stores/dialogs.ts';
import { activeSource, useSources } from '../../stores/sources.ts';
import classes from './connection-dialog.module.css';
import { useConnections } from './connections.ts';
import { useViewName } from './source-name.ts';
import { SecretChoice } from './secret-choice.tsx';
import { StoreFields } from './store-fields.tsx';
import { StoreFound } from './store-found.tsx';
import { useConnect } from './use-connect.ts';

/** The tab for what has no form. */
const URL_ONLY = 'url';
/** Kinds that are opened elsewhere, or are known by a form already. */
const WITHOUT_TAB: ReadonlySet<string> = new Set(['demo']);

interface ConnectionDialogProps {
  readonly url: string;
  readonly error: ErrorReply | undefined;
}

export function ConnectionDialog({ url, error }: ConnectionDialogProps) {
  const { t } = useWords();
  const shown = useSources((state) => {
    const source = activeSource(state);
    return source?.live === true || source?.status === undefined ? undefined : source;
  });
  const nameOf = useViewName();
  const known = useConnections()?.kinds ?? [];
  const plugins = known.filter(({ kind }) => formOf(kind) === undefined && !WITHOUT_TAB.has(kind));
  const tabOf = (text: string): string => {
    const kind = kindOfUrl(text) ?? tryParse(text)?.url.kind;
    if (kind === undefined) return text === '' ? 'sqlite' : URL_ONLY;
    return formOf(kind) !== undefined || plugins.some((one) => one.kind === kind) ? kind : URL_ONLY;
  };
  const [chosen, setChosen] = useState<string>();
  const [text, setText] = useState(url);
  const [secrets, setSecrets] = useState<SourceSecrets>({});
  const [name, setName] = useState('');
  const [remember, setRemember] = useState(true);
  const [keepSecret, setKeepSecret] = useState(true);
  const connect = useConnect({ text, secrets, name, remember, keepSecret }, error);
  // A tab that was chosen stays while its form is still empty or what is typed is no URL yet.
  const tab = chosen ?? tabOf(text);
  const form = formOf(tab);
  const plugin = plugins.find((one) => one.kind === tab);
  const ready = text.trim() !== '' && (form === undefined || !isIncomplete(form, text));
  const change = (next: string): void => {
    setText(next);
    connect.reset();
    // The form follows what is typed at once: a form that changed when a button is pressed would move the button away.
    if (tab !== URL_ONLY && tryParse(next) !== undefined) setChosen(tabOf(next));
  };
  const choose = (next: string): void => {
    const to = formOf(next);
    setChosen(next);
    connect.reset();
    if (to !== undefined && kindOfUrl(text) !== next) setText(newUrl(to));
    if (plugins.some((one) => one.kind === next) && tryParse(text)?.url.kind !== next) setText(`${next}:`);
  };
  const changeSecrets = (some: SourceSecrets): void => {
    setSecrets((before) => ({ ...before, ...some }));
    connect.reset();
  };
  // A password that was pasted with the URL moves to its own field; the URL is kept, listed and shown without it.
  const takeSecretsOut = (): void => {
    const parsed = tryParse(text);
    if (parsed === undefined || Object.keys(parsed.secrets).length === 0) return;
    setSecrets((before) => ({ ...before, ...parsed.secrets }));
    setText(parsed.url.text);
  };
  return (
    <AppDialog title={t('connect.title')} size={800} data-testid="connection-dialog">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!ready || connect.busy !== undefined) return;
          takeSecretsOut();
          void connect.open();
        }}
      >
        <Tabs
          className={classes.body ?? ''}
          classNames={{ tabLabel: classes.label ?? '' }}
          orientation="vertical"
          variant="pills"
          value={tab}
          onChange={(next) => choose(next ?? URL_ONLY)}
        >
          <Tabs.List className={classes.kinds ?? ''} aria-label={t('connect.kinds')}>
            {FORMS.map(({ kind }) => (
              <KindTab key={kind} value={kind} label={t(`connect.kind.${kind}`)} />
            ))}
            {plugins.map(({ kind, title }) => (
              <KindTab key={kind} value={kind} label={cellText(title, 40)} />
            ))}
            <KindTab value={URL_ONLY} label={t('connect.kind.url')} />
          </Tabs.List>
          <Tabs.Panel value={tab} className={classes.panel ?? ''}>
            <Stack gap="md">
              <div key={tab} className={classes.form} data-testid="connect-form" data-kind={tab}>
                {form !== undefined && (
                  <StoreFields
                    key={form.kind}
                    form={form}
                    text={text}
                    secrets={secrets}
                    kept={connect.hasSecret}
                    onText={change}
                    onSecrets={changeSecrets}
                  />
                )}
                {plugin !== undefined && <PluginHint kind={plugin} />}
                {tab === URL_ONLY && (
                  <Text c="dimmed" size="sm">
                    {t('connect.about.url')}
                  </Text>
                )}
                {(connect.found !== undefined || connect.problem !== undefined) && (
                  <div className={classes.result}>
                    {connect.found !== undefined && <StoreFound store={connect.found} />}
                    {connect.problem !== undefined && <ErrorNotice error={connect.problem} urls={[text]} />}
                  </div>
                )}
              </div>
              <TextInput
                label={t('connect.url')}
                description={t('connect.urlHint')}
                placeholder={form?.base === 'sqlite:' || form === undefined ? 'sqlite:audit.db' : form.base}
                value={text}
                spellCheck={false}
                autoComplete="off"
                styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
                data-autofocus
                data-testid="connection-url"
                onChange={(event) => change(event.currentTarget.value)}
                onBlur={(event) => {
                  // Not on the way to a button: the fields that then appear would move it from under the pointer.
                  if (!(event.relatedTarget instanceof HTMLButtonElement)) takeSecretsOut();
                }}
              />
              <Group gap="md" align="center">
                <Checkbox
                  label={t('connect.remember')}
                  checked={remember}
                  onChange={(event) => setRemember(event.currentTarget.checked)}
                />
                {remember && (
                  <TextInput
                    aria-label={t('connect.name')}
                    placeholder={t('connect.nameHint')}
                    value={name}
                    style={{ flex: 1 }}
                    data-testid="connection-name"
                    onChange={(event) => setName(event.currentTarget.value)}
                  />
                )}
              </Group>
              {remember && Object.values(secrets).some((secret) => secret !== '') && (
                <SecretChoice keep={keepSecret} onChange={setKeepSecret} />
              )}
            </Stack>
          </Tabs.Panel>
        </Tabs>
        <Group justify="flex-end" gap="sm" mt="md">
          {connect.busy !== undefined && (
            <Text size="sm" c="dimmed" role="status" style={{ flex: 1 }}>
              {t('connect.testing')}
            </Text>
          )}
          <Button variant="default" onClick={closeDialog}>
            {t('common.cancel')}
          </Button>
          <Button
            variant="default"
            loading={connect.busy === 'test'}
            disabled={!ready || connect.busy !== undefined}
            data-testid="connection-test"
            onClick={() => {
              takeSecretsOut();
              void connect.test();
            }}
          >
            {t('connect.test')}
          </Button>
          {shown !== undefined && (
            <Button
              variant="default"
              disabled={!ready || connect.busy !== undefined}
              title={t('connect.addHint', { name: cellText(nameOf(shown), 80) })}
              data-testid="connection-add"
              onClick={() => {
                takeSecretsOut();
                void connect.open(true);
              }}
            >
              {t('connect.add')}
            </Button>
          )}
          <Button
            type="submit"
            loading={connect.busy === 'open'}
            disabled={!ready || connect.busy !== undefined}
            data-testid="connection-open"
          >
            {t('connect.open')}
          </Button>
        </Group>
      </form>
    </AppDialog>
  );
}

function KindTab({ value, label }: { readonly value: string; readonly label: string }) {
  return (
    <Tabs.Tab value={value} className={classes.kind ?? ''} data-testid={`connect-kind-${value}`}>
      {label}
    </Tabs.Tab>
  );
}

function PluginHint({ kind }: { readonly kind: SourceKind }) {
  const { t } = useWords();
  return (
    <Text c="dimmed" size="sm">
      {t('connect.about.plugin', { kind: kind.kind })} <bdi className="mono">{cellText(kind.example, 200)}</bdi>
    </Text>
  );
}
