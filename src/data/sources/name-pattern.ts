// Patterns of names, as shells know them.

/** Whether a name matches one part of a path with `*`, `?` and `[a-z]`. */
export function isMatch(pattern: string, name: string): boolean {
  if (name.startsWith(".") && !pattern.startsWith(".")) return false;
  const source = pattern.replace(
    /\[([!^]?)([^\]]+)\]|[*?]|[\\^$.|+(){}[\]]/g,
    (sign, not: string | undefined, set: string | undefined) => {
      if (set !== undefined) return `[${not ? "^" : ""}${set.replaceAll("\\", "\\\\")}]`;
      return sign === "*" ? ".*" : sign === "?" ? "." : `\\${sign}`;
    },
  );
  return new RegExp(`^${source}$`, "su").test(name);
}

export function isPattern(word: string): boolean {
  return /[*?[]/.test(word);
}

/** In the order of people: numbers by size. */
export function inNameOrder(names: readonly string[]): string[] {
  return [...names].sort(new Intl.Collator("en", { numeric: true }).compare);
}
