// Who changes texts, as the record of changes will say; remembered in this browser.
import { signal } from "@preact/signals";

const PLACE = "isrf-name";

export const editorName = signal(stored());

export function rememberName(name: string): void {
  editorName.value = name;
  try {
    localStorage.setItem(PLACE, name);
  } catch {
    // Storage may be forbidden: the name holds for this page.
  }
}

function stored(): string {
  try {
    return localStorage.getItem(PLACE) ?? "";
  } catch {
    return "";
  }
}
