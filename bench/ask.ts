// How fast a run answers: questions a second in blocks, by task and by witness, and how long one question alone takes.
//   npm run bench:ask -- RUN [--dataset DIR] [--users 4096] [--whole] [--out FILE]
// On a shared machine wall time tells of its neighbours: so processor time stands beside it, of all threads together.
// `--whole` times the evaluation that `isrf evaluate` makes, yardsticks and checks included; nothing is written.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { writeJsonAtomic } from "../src/base/files.ts";
import { loadCandidates } from "../src/data/index.ts";
import { evaluateRecommender } from "../src/pipeline/evaluate/evaluate-recommender.ts";
import { directQuestions, lastItems, sampleOf } from "../src/pipeline/evaluate/questions.ts";
import type { DirectRequest, Recommender, SequentialRequest } from "../src/recommenders/recommender.ts";
import { type OpenRun, openRun } from "../src/runs/run.ts";
import { openRunEmbeddings } from "../src/runs/run-embeddings.ts";
import { readTrainingRecord } from "../src/runs/training-record.ts";
import { median } from "./engine/measure.ts";
import { origin } from "./engine/results.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dataset: { type: "string" },
    users: { type: "string", default: "4096" },
    whole: { type: "boolean", default: false },
    out: { type: "string" },
  },
});
const [directory] = positionals;
if (directory === undefined) throw new Error("expected a run directory");
const SEED = 2023;
const LIST = 20;
const BLOCK = 256;

interface Rate {
  readonly name: string;
  readonly questions: number;
  readonly perSecond: number;
  /** Of all threads, for one question. */
  readonly processorMs: number;
}

type Ask = (from: number, to: number) => Promise<unknown>;

/** The first half of the questions warms up: programs are compiled for sizes that come. */
async function rate(name: string, questions: number, ask: Ask): Promise<Rate> {
  const half = Math.floor(questions / 2);
  for (let at = 0; at < half; at += BLOCK) await ask(at, Math.min(half, at + BLOCK));
  const [began, used] = [performance.now(), process.cpuUsage()];
  for (let at = half; at < questions; at += BLOCK) await ask(at, Math.min(questions, at + BLOCK));
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(used);
  const count = questions - half;
  const found = { name, questions: count, perSecond: count / seconds, processorMs: (user + system) / 1000 / count };
  console.log(
    `${name.padEnd(34)} ${found.perSecond.toFixed(0).padStart(6)} questions/s ${found.processorMs.toFixed(3).padStart(8)} ms of processors`,
  );
  return found;
}

interface Latency {
  readonly name: string;
  readonly p50: number;
  readonly p99: number;
  readonly processorMs: number;
}

async function latency(
  name: string,
  requests: readonly SequentialRequest[],
  ask: (one: SequentialRequest) => Promise<unknown>,
) {
  for (const one of requests.slice(0, 100)) await ask(one);
  const times: number[] = [];
  const used = process.cpuUsage();
  for (const one of requests.slice(100)) {
    const began = performance.now();
    await ask(one);
    times.push(performance.now() - began);
  }
  const { user, system } = process.cpuUsage(used);
  const sorted = times.sort((a, b) => a - b);
  const found: Latency = {
    name,
    p50: median(sorted),
    p99: sorted[Math.floor(0.99 * sorted.length)]!,
    processorMs: (user + system) / 1000 / sorted.length,
  };
  console.log(
    `${name.padEnd(34)} p50 ${found.p50.toFixed(2)} ms, p99 ${found.p99.toFixed(2)} ms, ${found.processorMs.toFixed(2)} ms of processors`,
  );
  return found;
}

async function rates(run: OpenRun, users: number): Promise<Rate[]> {
  const { dataset, split, recommender } = run;
  const panel = sampleOf(lastItems(dataset, split, "test"), users, SEED);
  const next: SequentialRequest[] = panel.histories.map((history, i) => ({ userIndex: panel.users[i]!, history }));
  // Histories are put anew each time: what was kept of one that was asked before would flatter later tasks.
  const fresh = <R extends SequentialRequest>(part: readonly R[]): R[] =>
    part.map((request) => ({ ...request, history: request.history.slice() }));
  const found = [
    await rate("next item", next.length, (from, to) => recommender.rankSequential(fresh(next.slice(from, to)), LIST)),
  ];
  for (const kind of ["uniform", "popularity"] as const) {
    const which = directQuestions(panel, await loadCandidates(dataset, "test", kind), SEED)
      .requests as readonly DirectRequest[];
    found.push(
      await rate(`among 100, ${kind}`, which.length, (from, to) =>
        recommender.rankDirect(fresh(which.slice(from, to)), LIST),
      ),
    );
  }
  for (const [name, only] of witnessesOf(recommender)) {
    found.push(
      await rate(`next item by ${name} alone`, next.length, (from, to) =>
        only.rankSequential(fresh(next.slice(from, to)), LIST),
      ),
    );
  }
  return found;
}

/** Each witness, answering alone; a generator answers with others only. */
function witnessesOf({ evidence }: Recommender): [string, Recommender][] {
  if (evidence === undefined) return [];
  const names = evidence.terms.filter((name) => name !== "generator");
  return names.map((name) => [name, evidence.without(evidence.terms.filter((other) => other !== name))]);
}

async function latencies(run: OpenRun): Promise<Latency[]> {
  const { dataset, split, recommender } = run;
  const panel = sampleOf(lastItems(dataset, split, "test"), 600, SEED + 1);
  const requests = panel.histories.map((history, i) => ({ userIndex: panel.users[i]!, history }));
  const { evidence } = recommender;
  const found = [await latency("one question, 10 items", requests, (one) => recommender.rankSequential([one], 10))];
  if (evidence !== undefined) {
    const anew = requests.map((one) => ({ ...one, history: one.history.slice() }));
    found.push(await latency("one question, 10 items and terms", anew, (one) => evidence.answer(one, 10)));
  }
  return found;
}

async function whole(run: OpenRun) {
  const { dataset, split, recommender, config } = run;
  const { items } = (await openRunEmbeddings(run)) ?? {};
  const [began, used] = [performance.now(), process.cpuUsage()];
  const view = await readTrainingRecord(run.directory);
  const record = await evaluateRecommender({
    recommender,
    dataset,
    split,
    splitName: "test",
    protocol: config.protocol,
    itemEmbeddings: items,
    view,
  });
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(used);
  const processorSeconds = (user + system) / 1e6;
  console.log(
    `whole evaluation of ${record.users.evaluated} users: ${seconds.toFixed(1)} s, ${processorSeconds.toFixed(1)} s of processors`,
  );
  const systems = record.tasks.flatMap(({ task, candidates, systems: asked }) =>
    asked.map(({ name, seconds: own }) => ({ task, candidates, name, seconds: own })),
  );
  return { users: record.users.evaluated, seconds, processorSeconds, systems };
}

const run = await openRun(directory, { dataset: values.dataset });
const { matmulPeakGflops: _, ...about } = origin(0);
try {
  const results = {
    command: `npm run bench:ask -- RUN --users ${values.users}${values.whole ? " --whole" : ""}`,
    ...about,
    machine: { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version },
    run: { model: run.config.model, preset: run.config.preset, users: run.split.nUsers, items: run.split.nItems },
    rates: await rates(run, Number(values.users)),
    latencies: await latencies(run),
    evaluation: values.whole ? await whole(run) : undefined,
  };
  if (values.out !== undefined) await writeJsonAtomic(values.out, results);
} finally {
  await run.recommender.dispose();
}
