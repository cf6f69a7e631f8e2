import type { AccessKey } from "./access-key.ts";

/** Whether another key may open what was refused. A server without keys refuses too: whoever asks it by other names. */
export function wantsKey(status: number, key: AccessKey): boolean {
  return status === 401 || (status === 403 && key !== "");
}
