/** Cells that a spreadsheet program made dates of: numbers of days, told from other numbers by their format only. */
import type { NumberText, WorkbookReader } from '../../export/xlsx-reader.ts';

const DAY_MS = 86_400_000;
/** Day zero of the two calendars. The first counts a 29 February 1900 that never was, so it is right from March 1900. */
const ZERO_1900 = Date.UTC(1899, 11, 30);
const ZERO_1904 = Date.UTC(1904, 0, 1);

/**
 * Makes the function that writes numbers: dates as ISO texts without a zone, which no cell has, times of day likewise, and
 * all else as it stands, such as what has the format of a date and lies before the calendar's first day.
 */
export async function cellDates(workbook: WorkbookReader): Promise<NumberText> {
  let zero = ZERO_1900;
  await workbook.part('xl/workbook.xml', (name, attributes) => {
    if (name === 'workbookPr' && /^(?:1|true)$/.test(attributes().get('date1904') ?? '')) zero = ZERO_1904;
  });
  const codes = new Map<number, string>();
  const kinds = new Map<number, Exclude<FormatKind, 'number'>>();
  let inCells = false;
  let style = 0;
  await workbook.part('xl/styles.xml', (name, attributes) => {
    if (name === 'numFmt') {
      const all = attributes();
      codes.set(Number(all.get('numFmtId')), all.get('formatCode') ?? '');
    } else if (name === 'cellXfs') inCells = true;
    else if (name === 'cellStyles' || name === 'dxfs') inCells = false;
    else if (name === 'xf' && inCells) {
      const format = Number(attributes().get('numFmtId') ?? 0);
      const code = codes.get(format);
      const kind = code === undefined ? builtInKind(format) : formatKind(code);
      if (kind !== 'number') kinds.set(style, kind);
      style += 1;
    }
  });
  return (value, index) => {
    const kind = kinds.get(index);
    const days = Number(value);
    if (kind === undefined || days < 0) return value;
    const isTime = kind === 'time' && days < 1;
    // Day zero is none in the calendar that begins with 1 January 1900.
    if (!isTime && days < 1 && zero === ZERO_1900) return value;
    const date = new Date(zero + Math.round(days * DAY_MS));
    if (Number.isNaN(date.getTime())) return value;
    const text = date.toISOString().replace(/(?:\.000)?Z$/, '');
    return isTime ? text.slice('1900-01-01T'.length) : text;
  };
}

type FormatKind = 'date' | 'time' | 'number';

/** ECMA-376 part 1, 18.8.30; 27 to 36 and 50 to 58 are dates of East Asian locales. */
function builtInKind(format: number): FormatKind {
  if ((format >= 18 && format <= 21) || (format >= 45 && format <= 47)) return 'time';
  const isDate = (format >= 14 && format <= 22) || (format >= 27 && format <= 36) || (format >= 50 && format <= 58);
  return isDate ? 'date' : 'number';
}

/** What a format's code, without its texts and conditions, speaks of. `m` alone may be minutes as well as months. */
function formatKind(code: string): FormatKind {
  const bare = code.replaceAll(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '');
  if (/general/i.test(bare) || !/[ymdhs]/i.test(bare)) return 'number';
  return /[yd]/i.test(bare) || !/[hs]/i.test(bare) ? 'date' : 'time';
}
