/**
 * A custom tracker: watches a folder, such as the one that evidence is kept in, and records each file that appears,
 * changes or goes. Events of a user called “backup” are not recorded at all.
 *
 *     EVIDENCE_FOLDER=/srv/evidence event-audit events --plugin=examples/custom-tracker/folder-tracker.js --source=basic:
 *
 * In the app, add it once under Plugins; it then watches for as long as the app runs.
 */
import { stat, watch } from 'node:fs/promises';
import { join } from 'node:path';
import { registerTracker, writeEvent } from 'event-audit-viewer';

const folder = process.env.EVIDENCE_FOLDER;

registerTracker({
  name: 'the folder tracker',

  /** Called once the engine runs. It must return soon, so the watching goes on by itself until the signal fires. */
  async start({ signal }) {
    if (folder === undefined) return;
    try {
      for await (const { filename } of watch(folder, { signal })) await record(join(folder, filename));
    } catch (error) {
      // The engine closes. Anything else is reported with the name of this tracker.
      if (!signal.aborted) throw error;
    }
  },

  /** Asked before any event is recorded, whoever made it. */
  skipEvent: ({ actor }) => actor === 'backup',
});

async function record(path) {
  const found = await stat(path).catch(() => undefined);
  await writeEvent({
    category: 'evidence',
    action: found === undefined ? 'gone' : 'written',
    action_object: 'File',
    action_object_id: path,
    payload: found === undefined ? {} : { bytes: found.size, modified: found.mtime.toISOString() },
  });
}
