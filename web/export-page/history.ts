// The history that the page's address names.

/** Ids of `?history=A,B`, each once. */
export function historyIn(search: string): string[] {
  const ids = new URLSearchParams(search).get("history")?.split(",") ?? [];
  return [...new Set(ids.filter((id) => id !== ""))];
}
