// `store-evaluation.ts RUN FINGERPRINT`: writes an evaluation of three questions; for kills at its renames.
import type { EvaluationRecord, SystemRanks } from "../../src/pipeline/evaluate/evaluation-record.ts";
import { writeEvaluation } from "../../src/pipeline/evaluate/store.ts";

const [run, hash] = process.argv.slice(2);
const users = Int32Array.of(0, 1, 2);
const questions = ["sequential", "direct-uniform", "direct-popularity"];

const metrics = { "HR@5": { value: 0.5, low: 0.4, high: 0.6 } };
const record = {
  format: 1,
  kind: "evaluation",
  productVersion: "0.0.0",
  system: "isrf",
  dataset: { name: "shop", hash: "of the shop" },
  split: "test",
  protocol: "strict",
  seed: 1,
  users: { evaluated: 3, total: 3 },
  tasks: [
    {
      task: "sequential",
      users: 3,
      answers: 9,
      coldTargets: 0,
      random: {},
      systems: [{ name: "isrf", kind: "model", metrics, seconds: 1 }],
    },
  ],
  checks: [],
  fingerprint: { hash },
  seconds: 1,
} as unknown as EvaluationRecord;
const ranks = questions.map((question): SystemRanks => {
  const own = { first: Int32Array.of(hash!.length, 2, 3), tied: Int32Array.of(0, 0, 0) };
  return { system: "isrf", question, users, ranks: own };
});

await writeEvaluation(run!, record, ranks);
