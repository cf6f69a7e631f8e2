import type { Json } from "./store.ts";

/** As a store keeps it: what is undefined is not there. */
export function asJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
