// The key that a server with roles asks for. It lives as long as the tab.
import { signal } from "@preact/signals";

export type AccessKey = string;

const PLACE = "isrf-key";

export const accessKey = signal<AccessKey>(sessionStorage.getItem(PLACE) ?? "");

export function rememberKey(key: AccessKey): void {
  sessionStorage.setItem(PLACE, key);
  accessKey.value = key;
}
