/** The overflow sheets: texts that are longer than a cell can be, whole, in pieces. */
import { RowDigests } from './digests.ts';
import type { Overflow } from './exporter.ts';
import type { Spool, SpoolFactory } from './spool.ts';
import type { SheetPart } from './xlsx-parts.ts';
import { SheetRun } from './xlsx-sheet.ts';
import { escapeText, fittingStart, MAX_CELL, pieces } from './xlsx-text.ts';
import { Deflater, type ZipWriter } from './zip-writer.ts';

const HEADER = ['row', 'field', 'piece', 'pieces', 'text'];
const WIDTHS = [12, 18, 8, 8, 100];

/** Sheets that grow beside the data sheets, compressed into spools, and enter the archive after them. */
export class OverflowSheets {
  /** Cells that were cut. */
  cells = 0;
  readonly #blocks: Spool;
  readonly #digests: RowDigests;
  readonly #run: SheetRun;
  readonly #waiting: { readonly path: string; readonly spool: Spool; readonly deflater: Deflater }[] = [];

  constructor(spool: SpoolFactory, paths: () => string, maxRows: number) {
    this.#blocks = spool();
    this.#digests = new RowDigests(this.#blocks);
    this.#run = new SheetRun({
      header: HEADER,
      widths: WIDTHS,
      nameOf: (index) => (index === 0 ? 'Overflow' : `Overflow (${index + 1})`),
      digests: this.#digests,
      maxRows,
      open: () => {
        const bytes = spool();
        const deflater = new Deflater((chunk) => bytes.write(chunk));
        const path = paths();
        this.#waiting.push({ path, spool: bytes, deflater });
        const output = {
          write: (xml: string) => deflater.write(xml),
          end: () => deflater.end(),
          size: () => deflater.size,
        };
        return Promise.resolve({ path, output });
      },
    });
  }

  get parts(): readonly SheetPart[] {
    return this.#run.parts;
  }

  /** The cells with each overlong one cut and marked; it is kept here whole. `row` is the 1-based data row. */
  async shorten(cells: readonly string[], fields: readonly string[], row: number): Promise<readonly string[]> {
    const kept: string[] = [];
    for (const [at, cell] of cells.entries()) {
      const long = cell.length > MAX_CELL || (cell.length * 7 > MAX_CELL && escapeText(cell).length > MAX_CELL);
      kept.push(long ? await this.#keep(cell, fields[at] ?? '', row) : cell);
    }
    return kept;
  }

  async #keep(cell: string, field: string, row: number): Promise<string> {
    this.cells += 1;
    const all = pieces(cell);
    let mark = '';
    for (const [at, piece] of all.entries()) {
      const { sheet, row: place } = this.#run.next();
      if (at === 0) mark = ` … [cut; whole on sheet “${sheet}” from row ${place}]`;
      const room = this.#run.room();
      if (room !== null) await room;
      const line = [String(row), field, String(at + 1), String(all.length), piece];
      this.#run.add(line, JSON.stringify(line), false);
    }
    return fittingStart(cell, MAX_CELL - mark.length) + mark;
  }

  /** Puts the sheets into the archive. `null` when there are none. */
  async finish(zip: ZipWriter): Promise<Overflow | null> {
    await this.#run.end(false);
    const digests = await this.#digests.finish();
    if (this.#waiting.length === 0) return null;
    for (const { path, spool, deflater } of this.#waiting) await zip.compressedEntry(`xl/${path}`, spool, deflater);
    return { sheets: this.parts.map(({ name }) => name), digests, blocks: this.#blocks };
  }

  dispose(): void {
    for (const { deflater } of this.#waiting) deflater.destroy();
  }
}
