// What tells the trained model of a run from a later one in the same directory.
import { join, relative } from "node:path";
import { CHECKSUMS } from "../base/checksums.ts";
import { exists, sha256, sha256File } from "../base/files.ts";
import { evidencePart, sequencePart } from "../recommenders/part-folders.ts";
import { Checkpoints } from "../training/checkpoints.ts";

/**
 * A hash of what was trained: the checksums of the best checkpoints and of the evidence. Of a checkpoint of an older
 * version, which has none, its place in the run.
 */
export async function modelVersion(directory: string): Promise<string> {
  // Parts are trained on their own: a change of one changes answers while the run's own checkpoint stays.
  const own = await Checkpoints.ofRun(directory).find("best");
  const sequence = await Checkpoints.ofRun(sequencePart(directory)).find("best");
  const parts = [own, sequence, evidencePart(directory)].map(async (folder) => {
    if (folder === undefined) return "";
    const checksums = join(folder, CHECKSUMS);
    if (await exists(checksums)) return sha256File(checksums);
    return folder === own ? relative(directory, folder) : "";
  });
  return sha256(JSON.stringify(await Promise.all(parts))).slice(0, 16);
}
