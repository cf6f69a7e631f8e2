// Who changes texts, as the record of changes will say; remembered in this browser.
import { signal } from "@preact/signals";
import { recall, remember } from "./storage.ts";

const PLACE = "isrf-name";

export const editorName = signal(recall("localStorage", PLACE) ?? "");

export function rememberName(name: string): void {
  editorName.value = name;
  remember("localStorage", PLACE, name);
}
