import { sha256 } from "../../base/files.ts";
import type { Matrix } from "../../base/matrix.ts";

/** What tells vectors from others, whatever they are called: texts, encoder or whitening may have changed. */
export function vectorsHash({ data }: Matrix): string {
  return sha256(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}
