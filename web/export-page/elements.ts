// Elements by id, and new ones.

/** @throws Error for an id that the page lacks, or that is another kind of element. */
export function byId<T extends HTMLElement = HTMLElement>(id: string, kind?: new () => T): T {
  const found = document.getElementById(id);
  if (found !== null && (kind === undefined || found instanceof kind)) return found as T;
  throw new Error(`index.html has no ${id}.`);
}

/** Children that are strings become text, never markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  properties: Partial<HTMLElementTagNameMap[K]>,
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}
