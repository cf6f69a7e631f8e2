// What tells the trained model of a run from a later one in the same directory.
import { join } from "node:path";
import { CHECKSUMS } from "../base/checksums.ts";
import { exists, sha256File } from "../base/files.ts";
import { Checkpoints } from "../training/checkpoints.ts";

/** Hash of the best checkpoint's checksums; of a run of an older version, which has none, its place. */
export async function modelVersion(directory: string): Promise<string> {
  const best = await Checkpoints.ofRun(directory).find("best");
  if (best === undefined) return "";
  const checksums = join(best, CHECKSUMS);
  return (await exists(checksums)) ? sha256File(checksums) : best;
}
