// `npm run test:faults`: trials of every kind against the built command line, a table of what came of them, and
// results/faults.json. Exit code 1 when something did not hold.
//   npm run build && npm run test:faults -- --minutes 2 --kinds kills,flips --seed 7
//   npm run test:faults -- --kinds workers --trials each --minutes 60 --cases 'reason: .*Redis'
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { writeJsonAtomic } from "../../src/base/files.ts";
import { commit, machine } from "../../src/base/machine.ts";
import { countsOf, tableOf } from "./counts.ts";
import { emptyGround, prepareGround } from "./ground.ts";
import { KINDS } from "./kinds.ts";
import { runTrials } from "./run-trials.ts";
import type { FaultCase } from "./trial.ts";

const MINUTES = 10;
const RESULTS = resolve(import.meta.dirname, "../../results/faults.json");

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: String(MINUTES) },
    kinds: { type: "string", default: KINDS.map(({ kind }) => kind).join(",") },
    seed: { type: "string", default: "2026" },
    lanes: { type: "string", default: "2" },
    trials: { type: "string" },
    cases: { type: "string", default: "" },
    verbose: { type: "boolean", default: false },
    out: { type: "string", default: RESULTS },
  },
});

const kinds = values.kinds.split(",").map((name) => {
  const kind = KINDS.find((one) => one.kind === name);
  if (kind === undefined)
    throw new Error(`--kinds ${name}: expected some of ${KINDS.map((one) => one.kind).join(", ")}`);
  return kind;
});
const seconds = Number(values.minutes) * 60;
const [seed, lanes] = [Number(values.seed), Number(values.lanes)];
const most = values.trials === undefined || values.trials === "each" ? values.trials : Number(values.trials);
const pattern = new RegExp(values.cases);
for (const [name, value] of Object.entries({
  minutes: seconds,
  seed,
  lanes,
  trials: most === "each" ? 1 : (most ?? 1),
})) {
  if (!(value >= 0)) throw new Error(`--${name}: expected a number`);
}

const began = performance.now();
// What is tried is what was built: the checkout may move on meanwhile.
const tried = commit();
await using ground = await (kinds.every(({ isByItself }) => isByItself) ? emptyGround() : prepareGround());
const left = seconds - (performance.now() - began) / 1000;
const among = ({ name }: FaultCase) => pattern.test(name);
const report = await runTrials(kinds, ground, { seed, seconds: left, trials: most, lanes, among }, (trial) => {
  if (values.verbose) process.stderr.write(`${trial.kind}: ${trial.name}: ${trial.outcome}\n`);
  if (trial.outcome !== "held")
    process.stderr.write(`${trial.kind}: ${trial.name}: ${trial.outcome}: ${trial.detail}\n`);
});
if (report.trials.length + report.skipped.length === 0)
  throw new Error(`--cases ${values.cases}: no case has such a name`);
process.stdout.write(`${tableOf(report)}\n`);
await writeJsonAtomic(join(values.out), {
  command: `npm run test:faults -- ${process.argv.slice(2).join(" ")}`.trim(),
  commit: tried,
  seed,
  seconds: Math.round((performance.now() - began) / 1000),
  machine: machine(),
  counts: countsOf(report),
  skipped: report.skipped,
  failures: report.trials.filter(({ outcome }) => outcome !== "held"),
});
if (report.trials.some(({ outcome }) => outcome !== "held")) process.exitCode = 1;
