/** Opening stores from wherever they are named: list, drop, command line, file manager. */
import { parseSourceUrl } from '../../../shared/source-url.ts';
import { asAppError, desktop } from '../../api.ts';
import { openDialog } from '../../stores/dialogs.ts';
import { reportProblem } from '../../stores/problems.ts';
import { openSource, type OpenRequest } from '../../stores/captures.ts';
import { activeSource, useSources, type SourceRef } from '../../stores/sources.ts';

/** Opens a store; one that refuses brings up the connection dialog, where user and password can be given. */
export function open(request: OpenRequest): void {
  const run = async (): Promise<void> => {
    try {
      await openSource(request);
      const url = parseSourceUrl(request.url).url.text;
      const failed = useSources
        .getState()
        .sources.find((one) => !one.live && one.refs.length === 1 && one.refs[0]?.url === url);
      if (failed?.error?.code === 'source_refused' && failed.status === undefined) {
        openDialog({ name: 'connect', url, error: failed.error });
      }
    } catch (error) {
      reportProblem(asAppError(error));
    }
  };
  void run();
}

/** Opens a view over the shown stores and further ones. */
export function openTogether(further: readonly SourceRef[]): void {
  const shown = activeSource(useSources.getState());
  const [first, ...more] = [...(shown?.refs ?? []), ...further];
  if (first !== undefined) open({ ...first, more });
}

/** Opens a dropped file as the kind of store that its content says it is. */
export function openFile(path: string): void {
  desktop('source_of_file', { path }).then(
    ({ url }) => open({ url }),
    (error: unknown) => reportProblem(asAppError(error)),
  );
}
