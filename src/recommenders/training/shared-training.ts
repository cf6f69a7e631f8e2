// A whole training inside a run, such as a backbone's or a sequence model's, that other runs of a study need with equal
// options on equal data: its checkpoints and its log are kept, and the next run lays them into its own directory. They
// are what it would have trained, to the last bit, and it goes on from there as from its own.
import { readdir, readFile, rm } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { writeFileAtomic } from "../../base/files.ts";
import type { PackedWork } from "../../training/shared-work.ts";
import type { TrainRequest, TrainResult } from "../definition.ts";

/** What a training depends on beside its request. */
export interface TrainingInputs {
  readonly options: Readonly<Record<string, unknown>>;
  /** Whether users' texts are read, too. */
  readonly readsUserTexts: boolean;
}

/** `train(request)`, or what an equal training left; `name` says what is trained. */
export async function sharedTraining(
  name: string,
  request: TrainRequest,
  inputs: TrainingInputs,
  train: () => Promise<TrainResult>,
): Promise<TrainResult> {
  const { shared, directory, report } = request;
  if (shared === undefined || !shared.takesTrainings || !isDetermined(request)) return train();
  let isMade = false;
  const make = () => {
    isMade = true;
    return train();
  };
  const result = await shared.recall(name, keyOf(request, inputs), {
    make,
    // How far the clock let it come is no property of its inputs.
    pack: (told) => (told.summary.stopped === "time" ? undefined : packFiles(directory, told)),
    unpack: (packed) => layOut(directory, packed),
  });
  if (!isMade) report({ kind: "notice", message: `${name}: taken from a training with equal options, data and seed` });
  return result;
}

/** What starts from another run, or learns from texts that only a function knows, is told by more than its key. */
function isDetermined({ from, sentences, options }: TrainRequest): boolean {
  return from === undefined && sentences === undefined && !(Number(options.preparationMinutes) > 0);
}

/** All that a training reads: equal keys, equal trainings. */
function keyOf(
  { seed, split, view, items, embeddings, validationNegatives, compile }: TrainRequest,
  how: TrainingInputs,
) {
  const { nUsers, nItems, valid, prefixes } = split;
  const { protocol, description: _, ...seen } = view;
  return {
    options: how.options,
    seed,
    compile,
    protocol,
    seen,
    validation: { nUsers, nItems, valid, prefixes, negatives: prefixes.map((_, user) => validationNegatives(user)) },
    items,
    itemTexts: embeddings?.items,
    userTexts: how.readsUserTexts ? embeddings?.users : undefined,
  };
}

const CHECKPOINTS = "checkpoint";
const METRICS = "metrics.jsonl";
/** Says which checkpoints there are: without it there is none. */
const CURRENT = `${CHECKPOINTS}/current.json`;

/** Files by their path in `directory`, with "/" whatever the system. */
async function packFiles(directory: string, facts: TrainResult): Promise<PackedWork> {
  const entries = await readdir(join(directory, CHECKPOINTS), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const paths = files.map(({ parentPath, name }) => relative(directory, join(parentPath, name)).split(sep).join("/"));
  const arrays: Record<string, Uint8Array> = {};
  for (const path of [...paths, METRICS]) arrays[path] = await readFile(join(directory, path));
  return { arrays, facts };
}

/** In an order in which a kill at any moment leaves no checkpoint, or all. */
async function layOut(directory: string, { arrays, facts }: PackedWork): Promise<TrainResult> {
  await rm(join(directory, CURRENT), { force: true });
  await rm(join(directory, CHECKPOINTS), { recursive: true, force: true });
  const { [CURRENT]: current, ...files } = arrays;
  for (const [path, bytes] of Object.entries(files)) await writeFileAtomic(join(directory, path), bytes as Uint8Array);
  await writeFileAtomic(join(directory, CURRENT), current as Uint8Array);
  return facts as TrainResult;
}
