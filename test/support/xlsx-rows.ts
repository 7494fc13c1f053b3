/** The rows of an XLSX file's first sheet, read by a reader that is not ours: openpyxl. */
import { execFileSync } from 'node:child_process';
import { z } from 'zod';

const SCRIPT = `
import json, sys, openpyxl
book = openpyxl.load_workbook(sys.argv[1], read_only=True)
sheet = book.worksheets[0]
json.dump({"title": sheet.title, "rows": [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]}, sys.stdout)
`;

const schema = z.object({ title: z.string(), rows: z.array(z.array(z.string())) });

/** Empty cells are `''`. */
export function xlsxRows(path: string): z.infer<typeof schema> {
  const output = execFileSync('/usr/bin/python3', ['-c', SCRIPT, path], { maxBuffer: 1 << 28 });
  return schema.parse(JSON.parse(output.toString('utf8')));
}
