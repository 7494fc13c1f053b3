/** The fixed parts of a workbook, and the frames of its sheets. */
import { attribute } from './xlsx-text.ts';

/** Rows under the header that one sheet can hold. */
export const MAX_DATA_ROWS = 1_048_575;

/** The part that a workbook opens with. */
export const FIRST_SHEET = 'worksheets/sheet1.xml';

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/relationships';
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Text format, so that a cell stays a text even when somebody edits it; bold for headers; wrapped for the About sheet. */
export const STYLE = { text: 1, header: 2, wrapped: 3 } as const;

/** Sheets are the default type of part, so this part is the same for any number of them and can come first. */
export const CONTENT_TYPES = `${XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/></Types>`;

export const ROOT_RELATIONS = `${XML}<Relationships xmlns="${PACKAGE}"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`;

export const STYLES = `${XML}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font><font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

export interface SheetPart {
  /** The name on the tab. */
  readonly name: string;
  /** Where it stands in the archive, below `xl/`. */
  readonly path: string;
  /** Columns under the filter and the last row, header included; `null` for a sheet without filter. */
  readonly filtered: { readonly columns: number; readonly rows: number } | null;
}

export function workbook(sheets: readonly SheetPart[]): string {
  const list = sheets
    .map(({ name }, at) => `<sheet name="${attribute(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`)
    .join('');
  const names = sheets
    .map(({ name, filtered }, at) =>
      filtered === null
        ? ''
        : `<definedName name="_xlnm._FilterDatabase" localSheetId="${at}" hidden="1">'${attribute(name)}'!$A$1:$${columnName(filtered.columns - 1)}$${filtered.rows}</definedName>`,
    )
    .join('');
  return `${XML}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><bookViews><workbookView/></bookViews><sheets>${list}</sheets><definedNames>${names}</definedNames></workbook>`;
}

export function workbookRelations(sheets: readonly SheetPart[]): string {
  const list = sheets
    .map(({ path }, at) => `<Relationship Id="rId${at + 1}" Type="${OFFICE}/worksheet" Target="${path}"/>`)
    .join('');
  return `${XML}<Relationships xmlns="${PACKAGE}">${list}<Relationship Id="rId${sheets.length + 1}" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`;
}

/** What stands before a sheet's rows. `widths` are in characters; `frozen` keeps the header row in sight. */
export function sheetStart(widths: readonly number[], frozen: boolean, selected: boolean): string {
  const pane = frozen ? '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' : '';
  const columns = widths
    .map((width, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" style="${STYLE.text}" customWidth="1"/>`)
    .join('');
  return `${XML}<worksheet xmlns="${MAIN}"><sheetViews><sheetView${selected ? ' tabSelected="1"' : ''} workbookViewId="0">${pane}</sheetView></sheetViews><cols>${columns}</cols><sheetData>`;
}

/** What stands after a sheet's rows. */
export function sheetEnd(filtered: SheetPart['filtered']): string {
  const filter = filtered === null ? '' : `<autoFilter ref="A1:${columnName(filtered.columns - 1)}${filtered.rows}"/>`;
  return `</sheetData>${filter}</worksheet>`;
}

/** `A` for 0, `Z` for 25, `AA` for 26. */
export function columnName(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : columnName(Math.floor(index / 26) - 1) + letter;
}
