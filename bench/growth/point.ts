// One size of one factor in a fresh process; bench/cost-growth.ts reads the last line:
//   node --import tsx bench/growth/point.ts FACTOR SIZE THREADS
import { t5Parameters } from "../../src/backbone/t5-parameters.ts";
import { Random } from "../../src/base/random.ts";
import { trainingLists } from "../../src/data/index.ts";
import {
  ADAMW_DEFAULTS,
  compileTrainStep,
  HIDDEN,
  listed,
  Parameters,
  type TensorData,
  type TrainStep,
} from "../../src/engine/index.ts";
import { lightgcn } from "../../src/recommenders/lightgcn/lightgcn.ts";
import { keepMasks } from "../../src/training/keep-masks.ts";
import { type T5Size, t5Objective } from "../engine/t5-objective.ts";
import { BACKBONE, type Factor, GRAPH } from "./factors.ts";

const SEED = 2026;
const WARMUPS = 3;
const SAMPLES = 7;

interface Work {
  readonly train: TrainStep;
  feeds(step: number): Record<string, TensorData>;
}

async function backbone(size: T5Size, threads: number): Promise<Work> {
  const { config } = BACKBONE;
  const random = Random.of(SEED);
  const parameters = new Parameters();
  for (const spec of t5Parameters(config)) parameters.add(spec, spec.init(spec.shape, random));
  const train = await compileTrainStep((t) => t5Objective(t, config, size, true), parameters, ADAMW_DEFAULTS, {
    threads,
  });
  const tokens = (length: number) =>
    Int32Array.from({ length: size.batch * length }, () => random.below(config.vocabulary));
  return {
    train,
    feeds: (step) => ({
      tokens: tokens(size.source),
      mask: Float32Array.from({ length: size.batch * size.source }, (_, i) => (i % size.source === 0 ? HIDDEN : 0)),
      decoderTokens: tokens(size.target),
      labels: tokens(size.target),
      ...keepMasks(train.executable.program, Random.of(SEED, step)),
    }),
  };
}

async function graph(users: number, edges: number, threads: number): Promise<Work> {
  const random = Random.of(SEED);
  const nItems = users / 2;
  const perUser = edges / users;
  const histories = Array.from({ length: users }, () => {
    const items = new Set<number>();
    while (items.size < perUser) items.add(random.below(nItems));
    return Int32Array.from(items);
  });
  const options = lightgcn.schema.parse({ width: GRAPH.width });
  const model = lightgcn.create(options, {
    nUsers: users,
    nItems,
    prefixes: trainingLists(histories),
    facts: {},
    seed: SEED,
  });
  const parameters = Parameters.of(listed(model.tensors), ({ shape, init }) => init(shape, random));
  const { shape } = model.batches.at(0);
  const train = await compileTrainStep((t) => model.objective(t, shape), parameters, ADAMW_DEFAULTS, { threads });
  return { train, feeds: (step) => ({ ...model.batches.at(step).feeds }) };
}

function workOf(factor: Factor, size: number, threads: number): Promise<Work> {
  const { batch, source, target } = BACKBONE;
  switch (factor) {
    case "batch":
      return backbone({ batch: size, source, target }, threads);
    case "length":
      return backbone({ batch, source: size, target }, threads);
    case "users":
      return graph(size, size * GRAPH.edgesPerUser, threads);
    case "edges":
      return graph(GRAPH.users, size, threads);
    default:
      return factor satisfies never;
  }
}

const [factor, size, threads] = process.argv.slice(2) as [Factor, string, string];
const { train, feeds } = await workOf(factor, Number(size), Number(threads));
const seconds: number[] = [];
for (let step = 0; step < WARMUPS + SAMPLES; step++) {
  const fed = feeds(step);
  const since = performance.now();
  await train.run(fed, ADAMW_DEFAULTS);
  if (step >= WARMUPS) seconds.push((performance.now() - since) / 1000);
}
await train.dispose();
console.log(JSON.stringify({ seconds, peakMemoryMiB: process.resourceUsage().maxRSS / 1024 }));
