/** The texts that our own workbooks keep on overflow sheets because a cell can't hold them, joined from their pieces. */
import type { SheetRow, WorkbookReader } from '../../export/xlsx-reader.ts';

/** What stands at the end of a cell that was cut. */
export const CUT_MARK = / … \[cut; whole on sheet “[^”]+” from row \d+\]$/;

const HEADER = ['row', 'field', 'piece', 'pieces', 'text'];

/**
 * Overflow sheets are in the order of the data rows, so one look through them beside the data finds every text; a
 * workbook that was sorted since is not searched, and its cells stay cut.
 */
export class OverflowTexts {
  /** Cells whose whole text was not found. */
  unmatched = 0;
  readonly #rows: AsyncGenerator<SheetRow>;
  #next: SheetRow | undefined;

  /** @param sheets the workbook's sheets that hold no events */
  constructor(workbook: WorkbookReader, sheets: readonly string[]) {
    this.#rows = pieces(workbook, sheets);
  }

  /** The whole text of a cut cell of the 1-based data row; the cell as it is when it is not found. */
  async whole(row: number, field: string, cell: string): Promise<string> {
    const start = cell.replace(CUT_MARK, '');
    const texts: string[] = [];
    for (;;) {
      const next = (this.#next ??= await this.#read());
      if (next === undefined) break;
      const [at = '', name = '', piece = '', total = '', text = ''] = next;
      if (Number(at) > row || (Number(at) === row && name !== field && texts.length > 0)) break;
      this.#next = undefined;
      if (Number(at) !== row || name !== field) continue;
      if (Number(piece) !== texts.length + 1) break;
      texts.push(text);
      if (texts.length === Number(total)) {
        const joined = texts.join('');
        if (joined.startsWith(start)) return joined;
        break;
      }
    }
    this.unmatched += 1;
    return cell;
  }

  async close(): Promise<void> {
    await this.#rows.return(undefined);
  }

  async #read(): Promise<SheetRow | undefined> {
    const next = await this.#rows.next();
    return next.done === true ? undefined : next.value;
  }
}

async function* pieces(workbook: WorkbookReader, sheets: readonly string[]): AsyncGenerator<SheetRow> {
  for (const sheet of sheets) {
    if (!sheet.startsWith('Overflow')) continue;
    let first = true;
    for await (const row of workbook.rows(sheet)) {
      if (first && JSON.stringify(row.slice(0, HEADER.length)) !== JSON.stringify(HEADER)) break;
      if (!first) yield row;
      first = false;
    }
  }
}
