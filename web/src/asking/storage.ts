// Words that the browser keeps: for a tab, or for all of them. Where storage is forbidden they hold for the page alone.

export type Place = "sessionStorage" | "localStorage";

export function recall(place: Place, name: string): string | undefined {
  try {
    return globalThis[place].getItem(name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** undefined: forget it. */
export function remember(place: Place, name: string, words: string | undefined): void {
  try {
    if (words === undefined) globalThis[place].removeItem(name);
    else globalThis[place].setItem(name, words);
  } catch {
    // Reading the property alone throws where the browser forbids it.
  }
}
