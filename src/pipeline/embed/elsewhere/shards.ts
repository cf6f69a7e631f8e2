// Batches of an encoding in shards: whole batches, since a vector may differ in its last digits with what else is in
// its batch.
import { sha256 } from "../../../base/files.ts";
import { productVersion } from "../../../base/product-version.ts";
import type { PretrainedEncoder, SharedEncoding } from "../../../embedding/index.ts";
import { shardsOf } from "../../work/block-shards.ts";
import type { ShardTexts } from "./messages.ts";

/** Some minutes of a processor, or of a server. */
const MOST_BATCHES = 256;

export interface EncodingShard {
  /** Of all that its vectors depend on. */
  readonly hash: string;
  /** Of its first batch, in the whole. */
  readonly from: number;
  readonly content: ShardTexts;
}

/** All of an encoding, in order, the same however many workers there are and whatever is done. */
export function shardsOfEncoding(
  { kind, options }: Pick<PretrainedEncoder, "kind" | "options">,
  { texts, batches }: Pick<SharedEncoding, "texts" | "batches">,
): readonly EncodingShard[] {
  return shardsOf(batches.length, 1, MOST_BATCHES).map(({ from, to }) => {
    const members = batches.slice(from, to);
    const content = {
      texts: members.flat().map((member) => texts[member]!),
      batches: members.map(({ length }) => length),
    };
    const asked = [productVersion(), kind, options, texts.length, content];
    return { hash: sha256(JSON.stringify(asked)).slice(0, 32), from, content };
  });
}
