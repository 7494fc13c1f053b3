/** Cells that a spreadsheet program made dates of: numbers of days, told from other numbers by their format only. */
import type { NumberText, WorkbookReader } from '../../export/xlsx-reader.ts';

const DAY_MS = 86_400_000;
/** Day zero of the two calendars. The first counts a 29 February 1900 that never was, so it is right from March 1900. */
const ZERO_1900 = Date.UTC(1899, 11, 30);
const ZERO_1904 = Date.UTC(1904, 0, 1);

/** Makes the function that writes numbers: dates as ISO texts without a zone, which no cell has, all else as it stands. */
export async function cellDates(workbook: WorkbookReader): Promise<NumberText> {
  let zero = ZERO_1900;
  await workbook.part('xl/workbook.xml', (name, attributes) => {
    if (name === 'workbookPr' && /^(?:1|true)$/.test(attributes().get('date1904') ?? '')) zero = ZERO_1904;
  });
  const custom = new Set<number>();
  const dateStyles = new Set<number>();
  let inCells = false;
  let style = 0;
  await workbook.part('xl/styles.xml', (name, attributes) => {
    if (name === 'numFmt') {
      const all = attributes();
      if (isDateFormat(all.get('formatCode') ?? '')) custom.add(Number(all.get('numFmtId')));
    } else if (name === 'cellXfs') inCells = true;
    else if (name === 'cellStyles' || name === 'dxfs') inCells = false;
    else if (name === 'xf' && inCells) {
      const format = Number(attributes().get('numFmtId') ?? 0);
      if (isBuiltInDate(format) || custom.has(format)) dateStyles.add(style);
      style += 1;
    }
  });
  return (value, index) => {
    if (!dateStyles.has(index)) return value;
    const date = new Date(zero + Math.round(Number(value) * DAY_MS));
    return Number.isNaN(date.getTime()) ? value : date.toISOString().replace(/(?:\.000)?Z$/, '');
  };
}

function isBuiltInDate(format: number): boolean {
  return (
    (format >= 14 && format <= 22) ||
    (format >= 27 && format <= 36) ||
    (format >= 45 && format <= 47) ||
    (format >= 50 && format <= 58)
  );
}

/** Whether a format's code, without its texts and conditions, speaks of days or hours. */
function isDateFormat(code: string): boolean {
  const bare = code.replaceAll(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '');
  return /[ymdhs]/i.test(bare) && !/general/i.test(bare);
}
