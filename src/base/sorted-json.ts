/** The JSON of a record, whatever the order in which its fields were set. */
export function sortedJson(record: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
