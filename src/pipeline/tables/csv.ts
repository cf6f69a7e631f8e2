/** Rows as CSV without a newline at the end; cells of nothing are empty. */
export function csvRows(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return rows.map((row) => row.map((cell) => csvCell(cell === undefined ? "" : String(cell))).join(",")).join("\n");
}

/** In quotes where a reader would split or trim it otherwise. */
export function csvCell(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
