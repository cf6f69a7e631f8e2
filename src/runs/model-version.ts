// What tells the trained model of a run from a later one in the same directory.
import { join } from "node:path";
import { CHECKSUMS } from "../base/checksums.ts";
import { exists, sha256, sha256File } from "../base/files.ts";
import { Checkpoints } from "../training/checkpoints.ts";

/** Parts that are trained on their own: a change of one changes answers while the run's own checkpoint stays. */
const SEQUENCE = "sequence";
const EVIDENCE = "evidence";

/**
 * A hash of what was trained: the checksums of the best checkpoints and of the evidence. Of a checkpoint of an older
 * version, which has none, its place.
 */
export async function modelVersion(directory: string): Promise<string> {
  const own = await Checkpoints.ofRun(directory).find("best");
  const sequence = await Checkpoints.ofRun(join(directory, SEQUENCE)).find("best");
  const parts = [own, sequence, join(directory, EVIDENCE)].map(async (folder) => {
    if (folder === undefined) return "";
    const checksums = join(folder, CHECKSUMS);
    if (await exists(checksums)) return sha256File(checksums);
    return folder === own ? folder : "";
  });
  return sha256(JSON.stringify(await Promise.all(parts))).slice(0, 16);
}
