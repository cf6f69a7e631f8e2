// The work as a whole: an epoch of ISRF as our trainer runs it against a plain PyTorch port of how public code of this
// line of work runs it (peers/bench/isrf_public.py). A slice of each task's steps is timed and extrapolated to all
// steps of an epoch.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { T5_SMALL } from "../../src/backbone/t5-config.ts";
import { builtinTokenizer, loadTokenizer, type WordTokenizer } from "../../src/backbone/tokenizer.ts";
import { readJson, writeJsonAtomic } from "../../src/base/files.ts";
import { pca, similarUsers } from "../../src/embedding/index.ts";
import { writeSafetensors } from "../../src/engine/safetensors.ts";
import { interactionGraph } from "../../src/interests/interaction-graph.ts";
import type { GenerativeOptions } from "../../src/recommenders/generative/options/options.ts";
import type { BenchCase, Seconds, Side, SideContext } from "./case.ts";
import { firstBatches, writeModel, writeSamples } from "./isrf-samples.ts";
import { isrfOptions, isrfTrainer, trainingData, writeHistories } from "./isrf-trainer.ts";
import { ROOT } from "./processes.ts";
import type { Shop } from "./shop.ts";

interface EpochSettings {
  readonly preset: "mini" | "small";
  readonly overrides: Readonly<Record<string, unknown>>;
  /** Batches that compile every length before the clock starts, and the first one that is timed. */
  readonly warmup: Readonly<Record<Task, number>>;
  readonly firstTimed: number;
  /** Batches of one sample on our side and on the peer's, per task. */
  readonly ours: Readonly<Record<Task, number>>;
  readonly peer: Readonly<Record<Task, number>>;
  readonly rounds: number;
}

type Task = "sequential" | "direct";
const TASKS: readonly Task[] = ["sequential", "direct"];

/** Our interests are updated every 16 (individual) and 64 steps (group): 64 steps in all hold them in proportion. */
const MINI: EpochSettings = {
  preset: "mini",
  overrides: {},
  // One whole block of sequential batches meets every length.
  warmup: { sequential: 8, direct: 1 },
  firstTimed: 8,
  ours: { sequential: 32, direct: 32 },
  peer: { sequential: 8, direct: 4 },
  rounds: 2,
};

/** Batches of 64 with 100 candidates in words need more memory than 24 GiB in PyTorch: both sides take 8. */
const SMALL: EpochSettings = {
  preset: "small",
  overrides: { batch: 8 },
  // The same batches again: a length of their own each would otherwise be compiled while the clock runs.
  warmup: { sequential: 4, direct: 1 },
  firstTimed: 0,
  ours: { sequential: 4, direct: 1 },
  peer: { sequential: 4, direct: 1 },
  rounds: 1,
};

const DIFFERENCES =
  "The peer writes users and items as text in T5's vocabulary of 32,128 (whole output head), draws batches at random and " +
  "pads them to their longest prompt, propagates both graphs and updates every table densely in each step. Ours is the " +
  "preset as it is trained: its prompts, batches sorted by length, its schedule of interest updates. The samples, the " +
  "width and depth of the backbone, the losses and the interests are the same. Evaluation is no part of it.";

export const epochCases: readonly BenchCase[] = [
  epochCase("epoch mini", MINI, "one epoch of preset mini: 256 examples a step, both tasks"),
  epochCase(
    "epoch small (slice)",
    SMALL,
    "one epoch of preset small at batch 8 instead of 64: T5-small, worded prompts",
  ),
];

function epochCase(name: string, settings: EpochSettings, what: string): BenchCase {
  const slice = TASKS.map((task) => `${settings.ours[task]} and ${settings.peer[task]} ${task} steps`).join(", ");
  return {
    name,
    what,
    variants: ["eager"],
    rounds: settings.rounds,
    plan: { run: { warmups: 1, samples: 1 } },
    note: `${DIFFERENCES} Extrapolated from ${slice} (ours and the peer's) in each process.`,
    prepare: (folder, shop) => prepare(folder, shop, settings),
    open: (context) => open(context, settings),
  };
}

function options({ preset, overrides }: EpochSettings): GenerativeOptions {
  return isrfOptions(preset, overrides);
}

/** T5's own tokenizer where it lies on this machine; else pieces of about the same length and as many token rows. */
const TOKENIZER = join(ROOT, "../shared/models/t5-small");

async function tokenizer(): Promise<WordTokenizer> {
  if (existsSync(join(TOKENIZER, "tokenizer.json"))) return loadTokenizer(TOKENIZER);
  return { ...builtinTokenizer(), vocabulary: T5_SMALL.vocabulary };
}

async function prepare(folder: string, shop: Shop, settings: EpochSettings): Promise<void> {
  await writeHistories(folder, shop);
  const chosen = options(settings);
  const data = await trainingData(folder, chosen);
  const trainer = await isrfTrainer(data, chosen, {}, await tokenizer());
  await writeModel(folder, trainer.state);
  for (const task of TASKS) {
    const batches = firstBatches(trainer.state, data, task, Math.max(8, settings.peer[task]));
    await writeSamples(join(folder, `samples-${task}.safetensors`), batches);
  }
  const perEpoch = await stepsPerEpoch(trainer.stepsPerEpoch);
  await trainer.dispose();
  await writeGraphs(folder, data, chosen);
  await writeJsonAtomic(join(folder, "epoch.json"), {
    perEpoch,
    peer: settings.peer,
    tokenizer: existsSync(join(TOKENIZER, "tokenizer.json")) ? join(TOKENIZER, "tokenizer.json") : null,
  });
}

const stepsPerEpoch = (total: number): Record<Task, number> => ({ sequential: total / 2, direct: total / 2 });

/** What the peer propagates over, and what its adapter reads. */
async function writeGraphs(
  folder: string,
  { prefixes, nItems, embeddings }: Awaited<ReturnType<typeof trainingData>>,
  { semanticWidth, neighbours }: GenerativeOptions,
): Promise<void> {
  const { offsets, indices, values } = interactionGraph(prefixes, nItems);
  const similar = await similarUsers(embeddings!.users, neighbours);
  const reduced = (await pca(embeddings!.items, semanticWidth)).matrix;
  await writeSafetensors(join(folder, "graphs.safetensors"), {
    offsets: { shape: [offsets.length], data: offsets },
    indices: { shape: [indices.length], data: indices },
    values: { shape: [values.length], data: values },
    neighbours: { shape: [similar.rows, similar.k], data: similar.neighbours },
    semantics: { shape: [reduced.rows, reduced.columns], data: reduced.data },
  });
}

async function open({ folder, device, threads }: SideContext, settings: EpochSettings): Promise<Side> {
  const chosen = options(settings);
  const data = await trainingData(folder, chosen);
  const trainer = await isrfTrainer(data, chosen, { device, threads }, await tokenizer());
  const { perEpoch } = (await readJson(join(folder, "epoch.json"))) as { perEpoch: Record<Task, number> };
  /** Step numbers alternate between the tasks, as in training; batch b of a task is step 2 b or 2 b + 1. */
  const run = async (first: number, counts: Readonly<Record<Task, number>>): Promise<Seconds> => {
    const times: Record<Task, number> = { sequential: 0, direct: 0 };
    for (let b = first; b < first + Math.max(...Object.values(counts)); b++) {
      for (const [offset, task] of TASKS.entries()) {
        if (b - first >= counts[task]) continue;
        const since = performance.now();
        await trainer.step(2 * b + offset);
        times[task] += (performance.now() - since) / 1000 / counts[task];
      }
    }
    return { seconds: perEpoch.sequential * times.sequential + perEpoch.direct * times.direct };
  };
  return {
    work: {
      run: (index) => (index === 0 ? run(0, settings.warmup) : run(settings.firstTimed, settings.ours)),
    },
    check: async () => TASKS.map((task) => checksum(firstBatches(trainer.state, data, task, 8).flat())),
    dispose: () => trainer.dispose(),
  };
}

/** Both sides hold the same samples. */
function checksum(examples: readonly { readonly items: Int32Array; readonly target?: number }[]): number {
  return examples.reduce((total, { items, target }) => total + target! + items.reduce((sum, item) => sum + item, 0), 0);
}
