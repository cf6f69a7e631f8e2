// The run of a graph model that the evaluated one is fused with. Its scores stand in the same table, so that it is held
// to the same protocol and checks.
import { resolve } from "node:path";
import { UsageError } from "../../base/errors.ts";
import type { TrainingView } from "../../data/index.ts";
import type { Check } from "../../evaluation/index.ts";
import { modelVersion } from "../../runs/model-version.ts";
import { type OpenRun, type OpenRunOptions, openRun } from "../../runs/run.ts";
import { readTrainingRecord } from "../../runs/training-record.ts";
import type { FusedWith } from "./evaluation-record.ts";
import { textChecks } from "./text-checks.ts";

export interface FusedRun {
  readonly fusedWith: FusedWith;
  /** Absent where the evaluated run is fused with itself. */
  readonly other?: OpenRun | undefined;
  /** Of its texts. */
  readonly checks: readonly Check[];
  /** What its training was given; absent where it stored nothing or is the evaluated run. */
  readonly view?: TrainingView | undefined;
}

/** Name of a check of the run that is fused with, in a record. */
export function ofFusedRun(check: Check): Check {
  return { ...check, name: `run to fuse with: ${check.name}` };
}

/**
 * Open `directory` to fuse `run` with it; whoever asked disposes of `other`.
 * @throws UsageError where it was trained under another protocol; InputError where it is no trained run on these data.
 */
export async function openFusedRun(
  run: OpenRun,
  directory: string,
  options: OpenRunOptions & { readonly users?: number | undefined },
): Promise<FusedRun> {
  const fusedWith = async ({ config: { seed } }: OpenRun) => ({ directory, hash: await modelVersion(directory), seed });
  if (resolve(directory) === resolve(run.directory)) return { fusedWith: await fusedWith(run), checks: [] };
  const other = await openRun(directory, { ...options, dataset: run.dataset.directory });
  try {
    refuseOtherProtocol(run, other);
    const checks = (await textChecks(other, options.users)).map(ofFusedRun);
    return { fusedWith: await fusedWith(other), other, checks, view: await readTrainingRecord(directory) };
  } catch (error) {
    await other.recommender.dispose();
    throw error;
  }
}

function refuseOtherProtocol(run: OpenRun, other: OpenRun): void {
  if (run.config.protocol === other.config.protocol) return;
  throw new UsageError(
    `fuse ${other.directory}: it was trained under protocol ${other.config.protocol}, ${run.directory} under ${run.config.protocol}. ` +
      `Their scores never stand in one row; name a run of protocol ${run.config.protocol}.`,
  );
}
