// The key that a server with roles asks for. It lives as long as the tab.
import { signal } from "@preact/signals";
import { recall, remember } from "./storage.ts";

export type AccessKey = string;

const PLACE = "isrf-key";

export const accessKey = signal<AccessKey>(recall("sessionStorage", PLACE) ?? "");

export function rememberKey(key: AccessKey): void {
  remember("sessionStorage", PLACE, key);
  accessKey.value = key;
}
