/** Does what is asked of search indexes, in whichever thread it runs. */
import { LetterCase } from './letter-case.ts';
import { needlesOf } from './needle.ts';
import type { Answer, Task } from './protocol.ts';
import { RowGatherer } from './row-gatherer.ts';
import { RunFile, type Found } from './run-file.ts';

interface Kept {
  readonly file: RunFile;
  readonly letterCase: LetterCase;
  /** While rows are taken in. */
  readonly gatherer: RowGatherer | undefined;
}

export class IndexKeeper {
  readonly #indexes = new Map<number, Kept>();
  #letterCase: LetterCase | undefined;

  do(index: number, task: Task): Answer {
    if (task.do === 'begin') {
      this.#letterCase ??= new LetterCase(task.letters);
      const file = new RunFile(task.path, this.#letterCase);
      const gatherer = new RowGatherer(file, task.columns, task.first);
      this.#indexes.set(index, { file, letterCase: this.#letterCase, gatherer });
      return {};
    }
    const kept = this.#indexes.get(index);
    if (kept === undefined) throw new Error('There is no such search index.');
    switch (task.do) {
      case 'add':
        kept.gatherer?.add(new Uint8Array(task.memory, 0, task.length), task.rows);
        return { memory: task.memory };
      case 'finish':
        kept.gatherer?.finish();
        // What was needed to gather rows is not needed again.
        this.#indexes.set(index, { ...kept, gatherer: undefined });
        return {};
      case 'search':
        return { found: searchIn(kept, task) };
      case 'at':
        return { at: kept.file.at(task) };
      case 'texts':
        return { texts: kept.file.texts(task.rows) };
      case 'close':
        this.#indexes.delete(index);
        kept.file.close();
        return {};
      default:
        return task satisfies never;
    }
  }
}

function searchIn({ file, letterCase }: Kept, { search, from, to, marks }: Extract<Task, { do: 'search' }>): Found {
  const needles = needlesOf(search).flatMap(({ parts, ...how }) => {
    const bytes = parts.map((part) => letterCase.bytes(part));
    // No text that was taken in holds the byte that ends units.
    return bytes.some((part) => part.includes(0)) ? [] : [{ parts: bytes, ...how }];
  });
  return file.search({ needles, isNumber: /^[\d.eE+-]*\d[\d.eE+-]*$/.test(search.toWellFormed()), from, to, marks });
}
