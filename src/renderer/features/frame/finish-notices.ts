/** Long reading that ends while nobody looks at the window is told through the system. */
import { asAppError, desktop } from '../../api.ts';
import { i18n } from '../../i18n/index.ts';
import { numberWords } from '../../i18n/use-words.ts';
import { sourceLabel } from '../../model/source-label.ts';
import { reportProblem } from '../../stores/problems.ts';
import { useSources, type OpenSource } from '../../stores/sources.ts';

/** What took less was waited for. */
const LONG_MS = 10_000;

/** Begins to watch; returns a function that ends it. */
export function tellWhenFinished(): () => void {
  const began = new Map<string, number>();
  return useSources.subscribe(({ sources }, before) => {
    for (const source of sources) {
      const was = before.sources.find(({ key }) => key === source.key)?.work;
      if (source.work !== undefined && was?.controller !== source.work.controller) began.set(source.key, Date.now());
      if (source.work !== undefined || was === undefined || was.kind === 'follow') continue;
      const took = Date.now() - (began.get(source.key) ?? Date.now());
      began.delete(source.key);
      if (took >= LONG_MS && !document.hasFocus()) tell(source);
    }
  });
}

function tell({ refs, status, error }: OpenSource): void {
  const { counted } = numberWords(i18n.language);
  const title = refs.map(({ url }) => sourceLabel(url)).join(' + ');
  const text =
    error === undefined && status !== undefined
      ? i18n.t('notice.read', counted(status.captured))
      : i18n.t('notice.failed');
  desktop('notify', { title: title.slice(0, 200), text }).catch((problem: unknown) =>
    reportProblem(asAppError(problem)),
  );
}
