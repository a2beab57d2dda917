/** What makes a spreadsheet take a cell for a formula (CONTROLS C-78). */
const FORMULA = /^[=+\-@\t\r\n]/;

/** One record (RFC 4180). Every cell stands in quotes, so that no separator of any spreadsheet cuts it in two. */
export function csvRecord(cells: readonly (string | null)[]): string {
  return `${cells.map((cell) => `"${harmless(cell ?? '').replaceAll('"', '""')}"`).join(',')}\r\n`;
}

/** An apostrophe says "this is text"; leading spaces are skipped by some programs, so what follows them counts. */
function harmless(cell: string): string {
  return FORMULA.test(cell) || FORMULA.test(cell.trimStart()) ? `'${cell}` : cell;
}
