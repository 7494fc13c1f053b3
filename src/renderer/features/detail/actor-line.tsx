/** Who did it: the recorded actor, or, for a change that names nobody, who may have been it, always marked as inferred. */
import { Popover, UnstyledButton } from '@mantine/core';
import { Info } from 'lucide-react';
import { useState } from 'react';
import type { ActorInference } from '../../../shared/analysis-schemas.ts';
import type { EventDetail } from '../../../shared/event.ts';
import { useWords } from '../../i18n/use-words.ts';
import { inSentence } from '../../model/visible-text.ts';
import { Named } from '../names/named.tsx';
import { useName } from '../names/use-name.ts';
import { useShownView, useSnapshotQuery } from '../explorer/view-query.ts';
import { ActorReasons } from './actor-reasons.tsx';
import classes from './actor.module.css';

export function ActorLine({ event }: { readonly event: EventDetail }) {
  const { t } = useWords();
  if (event.actor !== '') {
    return (
      <div className="clip">
        <span className="dim">{t('detail.by')} </span>
        <Named id={event.actor} limit={120} />
      </div>
    );
  }
  const isModel = event.category === 'model';
  return (
    <div className="clip">
      <span className="dim" title={isModel ? t('detail.noActorModel') : undefined}>
        {isModel ? `${t('detail.by')} —` : t('detail.noActor')}
      </span>
      {isModel && <Inferred key={event.n} n={event.n} />}
    </div>
  );
}

function Inferred({ n }: { readonly n: number }) {
  const { t } = useWords();
  const { snapshot_id } = useShownView();
  const [open, setOpen] = useState(false);
  const { data, isPlaceholderData } = useSnapshotQuery('event_audit_infer_actor', snapshot_id, { n }, (snapshot) => ({
    snapshot_id: snapshot,
    n,
  }));
  const best = data?.candidates[0]?.actor;
  const guess = useGuess(best ?? '');
  // A guess that is not there is no failure of the event: nothing is said then.
  const known = data !== undefined && !isPlaceholderData && data.not_applicable === null ? data : undefined;
  if (known === undefined) return null;
  return (
    <>
      <span className="dim"> · </span>
      <Popover
        opened={open}
        onChange={setOpen}
        width={380}
        position="bottom-start"
        trapFocus
        returnFocus
        withArrow={false}
      >
        <Popover.Target>
          <UnstyledButton
            className={classes.inferred ?? ''}
            aria-expanded={open}
            title={[
              ...(best === undefined || best === '' ? [] : [t('names.id', { id: inSentence(best, 120) })]),
              t('inference.why'),
            ].join('\n')}
            data-testid="inferred-actor"
            data-grade={known.grade}
            onClick={() => setOpen(!open)}
          >
            <i>{guess(known)}</i> <Info size={12} aria-label={t('inference.why')} />
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown aria-label={t('inference.title')} p="sm">
          <ActorReasons inference={known} />
        </Popover.Dropdown>
      </Popover>
    </>
  );
}

/** The best guess in one phrase that carries its doubt. */
function useGuess(actorId: string): (inference: ActorInference) => string {
  const { t } = useWords();
  const name = useName(actorId)?.label;
  return ({ grade, candidates }) => {
    const best = candidates[0];
    if (best === undefined || grade === 'none') return t('inference.none');
    const actor = best.actor === '' ? t('inference.anonymous') : inSentence(name ?? best.actor, 60);
    return t(`inference.grade.${grade}`, { actor });
  };
}
