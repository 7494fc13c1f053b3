/**
 * A custom repository: reads a journal of plain lines, one event each, such as
 *
 *     2024-03-01T10:20:30Z alice package_create {"name":"budget"}
 *
 * and writes whole events to it, one line of JSON each. Use it with:
 *
 *     event-audit events --plugin=examples/custom-repository/journal-repository.js --source=journal:PATH
 *     event-audit create --plugin=examples/custom-repository/journal-repository.js --source=journal:PATH --category=… --action=…
 */
import { createReadStream } from 'node:fs';
import { appendFile, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { AbstractRepository, AppError, eventJson, READ_ONLY, registerRepository } from 'event-audit-viewer';

class JournalRepository extends AbstractRepository {
  /** Optional: without it, a connection test shows the source URL only. */
  async describe() {
    const { size } = await this.#stat();
    return { product: 'Journal of lines', bytes: size };
  }

  /** All that is needed: every event of the store. What is no event as it should be is set aside by the product. */
  async *readEvents(_filter, { signal, note }) {
    await this.#stat();
    const lines = createInterface({ input: createReadStream(this.context.url.path, { signal }) });
    let number = 0;
    let unread = 0;
    for await (const line of lines) {
      number += 1;
      if (line.startsWith('{')) {
        yield JSON.parse(line);
        continue;
      }
      const [, timestamp, actor, action, payload] = /^(\S+) (\S+) (\S+)(?: (\{.*\}))?$/.exec(line) ?? [];
      if (timestamp === undefined) {
        unread += 1;
        continue;
      }
      yield {
        id: `line-${number}`,
        category: 'api',
        action,
        actor,
        action_object: '',
        action_object_id: '',
        target_type: '',
        target_id: '',
        timestamp,
        result: {},
        payload: payload === undefined ? {} : JSON.parse(payload),
      };
    }
    if (unread > 0) {
      note({
        severity: 'warning',
        code: 'lines_left_out',
        message: `${unread} lines are no events and were left out.`,
      });
    }
  }

  /** Optional, and used only where a store was opened to be changed: adds one event, and resolves when it is on the disk. */
  async writeEvent(event) {
    const { path } = this.context.url;
    try {
      await appendFile(path, `${eventJson(event)}\n`, { flush: true });
    } catch (cause) {
      throw new AppError('source_refused', `The journal ${path} can’t be written to (${cause.code}).`, { cause });
    }
  }

  async #stat() {
    const { path } = this.context.url;
    try {
      return await stat(path);
    } catch (cause) {
      throw new AppError('source_unreachable', `There is no journal ${path}. Check the path.`, { cause });
    }
  }
}

registerRepository('journal', JournalRepository, {
  title: 'Journal of lines',
  example: 'journal:/var/log/audit.log',
  // What is not said here is not asked for.
  capabilities: { ...READ_ONLY, write: true },
});
