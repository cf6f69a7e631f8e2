/** Rows as CSV without a newline at the end; cells of nothing are empty. */
export function csvRows(rows: readonly (readonly (string | number | undefined)[])[]): string {
  return rows.map((row) => row.map(quoted).join(",")).join("\n");
}

function quoted(cell: string | number | undefined): string {
  const text = cell === undefined ? "" : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
