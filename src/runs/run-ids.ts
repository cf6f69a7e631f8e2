// `ids.json` in a run: what its model calls users and items by number, so that a later version of the data, which
// numbers them anew, finds them again when the version that the run was trained on is gone.
import { join } from "node:path";
import { z } from "zod";
import { exists } from "../base/files.ts";
import { asRecord } from "../base/records.ts";
import { readSealedJson, writeSealedJson } from "../base/sealed-json.ts";
import type { Dataset } from "../data/index.ts";
import { openRunDataset, type RunDataset } from "./run-dataset.ts";

export const IDS = "ids.json";

const schema = z.object({
  format: z.literal(1),
  kind: z.literal("ids"),
  users: z.array(z.string()),
  items: z.array(z.string()),
});

/** By the numbers that the run's model has. */
export interface RunIds {
  readonly users: readonly string[];
  readonly items: readonly string[];
}

export function idsOf({ users, items }: Dataset): RunIds {
  return { users, items: items.map(({ itemId }) => itemId) };
}

export async function writeRunIds(run: string, dataset: Dataset): Promise<void> {
  await writeSealedJson(join(run, IDS), { format: 1, kind: "ids", ...idsOf(dataset) });
}

/** A run of an older version has them in its dataset. @throws InputError when that is gone, or for a damaged file. */
export async function readRunIds(run: string, dataset: RunDataset): Promise<RunIds> {
  const path = join(run, IDS);
  if (!(await exists(path))) return idsOf(await openRunDataset(run, dataset));
  const todo = "Train the run again, into another --out.";
  return asRecord(path, (await readSealedJson(path, todo)).value, schema, { expected: "the ids of a run", todo });
}
