// One training by our trainer in a fresh process, for bench/recbole.ts: node --import tsx bench/recbole/ours.ts DIR
// Reads settings.json and shop.safetensors, writes ours.safetensors (the best twenty per user in both tasks) and
// ours.json.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readJson } from "../../src/base/files.ts";
import { trainingLists } from "../../src/data/index.ts";
import { readSafetensors, writeSafetensors } from "../../src/engine/safetensors.ts";
import { bert4rec } from "../../src/recommenders/bert4rec/bert4rec.ts";
import { gru4rec } from "../../src/recommenders/gru4rec/gru4rec.ts";
import { optionSpace } from "../../src/recommenders/id-models/definition.ts";
import type { IdModelSpec, IdTrainingData } from "../../src/recommenders/id-models/id-model.ts";
import type { IdOptions } from "../../src/recommenders/id-models/options.ts";
import { type RankingQuestion, Scorer } from "../../src/recommenders/id-models/scorer.ts";
import { IdTrainer } from "../../src/recommenders/id-models/trainer.ts";
import { lightgcn } from "../../src/recommenders/lightgcn/lightgcn.ts";
import { resolveOptions } from "../../src/recommenders/options/index.ts";
import { sasrec } from "../../src/recommenders/sasrec/sasrec.ts";
import { simplex } from "../../src/recommenders/simplex/simplex.ts";
import { LISTED, type Settings } from "./exchange.ts";

const SPECS = { sasrec, gru4rec, bert4rec, lightgcn, simplex } as unknown as Readonly<
  Record<string, IdModelSpec<IdOptions>>
>;

const folder = process.argv[2]!;
const settings = (await readJson(join(folder, "settings.json"))) as Settings;
const { tensors } = await readSafetensors(join(folder, "shop.safetensors"));
const ints = (name: string): Int32Array => tensors.get(name)!.data as Int32Array;
const [offsets, items, candidates] = [ints("offsets"), ints("items"), ints("candidates")];
const sequences = Array.from({ length: settings.nUsers }, (_, u) => items.subarray(offsets[u]!, offsets[u + 1]!));

const started = performance.now();
const spec = SPECS[settings.model]!;
const options = resolveOptions(optionSpace(spec), "mini", { set: settings.ours });
const data: IdTrainingData = {
  nUsers: settings.nUsers,
  nItems: settings.nItems,
  prefixes: trainingLists(sequences.map((sequence) => sequence.subarray(0, sequence.length - 2))),
  facts: {},
  seed: settings.seed,
};
const compile = { threads: settings.threads };
const trainer = new IdTrainer(spec, { options, data, validation: [], compile });
const preparationSeconds = (performance.now() - started) / 1000;

const epochSeconds: number[] = [];
for (let epoch = 0; epoch < settings.epochs; epoch++) {
  const begun = performance.now();
  for (let i = 0; i < trainer.stepsPerEpoch; i++) await trainer.step(epoch * trainer.stepsPerEpoch + i, epoch);
  epochSeconds.push((performance.now() - begun) / 1000);
}

const per = candidates.length / settings.nUsers;
const questions: RankingQuestion[] = sequences.map((sequence, userIndex) => ({
  userIndex,
  history: sequence.subarray(0, sequence.length - 1),
}));
const direct = questions.map((question, u) => ({
  ...question,
  candidates: candidates.subarray(u * per, (u + 1) * per),
}));
const scorer = new Scorer({ ...data, options, isTraining: false }, spec.query, compile);
const vectors = await trainer.vectors();
const lists: Record<string, { shape: readonly number[]; data: Int32Array }> = {};
for (const [task, asked] of Object.entries({ sequential: questions, direct })) {
  const out = new Int32Array(settings.nUsers * LISTED).fill(-1);
  (await scorer.rank(vectors, asked, LISTED)).forEach((list, u) => {
    out.set(list.items, u * LISTED);
  });
  lists[task] = { shape: [settings.nUsers, LISTED], data: out };
}
await Promise.all([scorer.dispose(), trainer.dispose()]);
await writeSafetensors(join(folder, "ours.safetensors"), lists);
const instances = countInstances();
const report = { epochSeconds, preparationSeconds, instances, stepsPerEpoch: trainer.stepsPerEpoch };
await writeFile(join(folder, "ours.json"), JSON.stringify(report));

/** Masked prefixes, targets behind at least one item, or pairs. */
function countInstances(): number {
  const { cloze, options } = settings.theirs;
  if (cloze !== undefined) return cloze.copies * data.prefixes.length;
  const first = options.train_neg_sample_args === null ? 1 : 0;
  return data.prefixes.reduce((total, { length }) => total + length - first, 0);
}
