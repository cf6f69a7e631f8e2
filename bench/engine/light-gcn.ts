// LightGCN on the whole interaction graph: three layers, Bayesian personalised ranking on 2,048 pairs, Adam on both
// tables. Nearly all of it is propagation: sparse products of the graph with tables of 34,464 rows on Beauty.
import { join } from "node:path";
import { readJson, writeJsonAtomic } from "../../src/base/files.ts";
import { Random } from "../../src/base/random.ts";
import { trainingLists } from "../../src/data/index.ts";
import { ADAMW_DEFAULTS, compile, compileTrainStep, listed, Parameters, trace } from "../../src/engine/index.ts";
import { readSafetensors, writeSafetensors } from "../../src/engine/safetensors.ts";
import { interactionGraph } from "../../src/interests/interaction-graph.ts";
import { lightgcn } from "../../src/recommenders/lightgcn/lightgcn.ts";
import type { BenchCase, Side, SideContext } from "./case.ts";
import { openInputs } from "./inputs.ts";
import { readHistories, SEED, writeHistories } from "./isrf-trainer.ts";
import type { Shop } from "./shop.ts";

interface Config {
  readonly options: ReturnType<typeof optionsOf>;
  readonly rows: number;
}

const BATCHES = 8;
/** A rate at which the losses of three steps differ visibly. */
const optimiser = { ...ADAMW_DEFAULTS, learningRate: 0.02, weightDecay: 0 };

const optionsOf = (width: number) => lightgcn.schema.parse({ width, start: "normal" });

export function lightGcnCase(width: number): BenchCase {
  return {
    name: `lightgcn d=${width}`,
    what: `LightGCN, 3 layers of width ${width} over the shop's graph, ranking loss of 2,048 pairs`,
    variants: ["csr", "coo"],
    rounds: 2,
    plan: { step: { warmups: 2, samples: 5 }, inference: { warmups: 1, samples: 5 } },
    note: "torch.compile does not take sparse tensors; inference is the propagation of both tables",
    prepare: (folder, shop) => prepare(folder, shop, width),
    open,
  };
}

async function prepare(folder: string, shop: Shop, width: number): Promise<void> {
  await writeHistories(folder, shop);
  const options = optionsOf(width);
  const model = modelOf(shop, options);
  const tables = listed(model.tensors).map(
    ({ name, shape, init }) => [name, { shape, data: init(shape, Random.of(SEED, name)) }] as const,
  );
  await writeSafetensors(join(folder, "parameters.safetensors"), Object.fromEntries(tables));
  const { offsets, indices, values, rows } = interactionGraph(trainingLists(shop.histories), shop.nItems);
  await writeSafetensors(join(folder, "graph.safetensors"), {
    offsets: { shape: [offsets.length], data: offsets },
    indices: { shape: [indices.length], data: indices },
    values: { shape: [values.length], data: values },
  });
  const batches = Array.from({ length: BATCHES }, (_, step) => model.batches.at(step));
  const pairs = (name: string) => ({
    shape: [BATCHES, options.batch],
    data: Int32Array.from(batches.flatMap(({ feeds }) => Array.from(feeds[name]!))),
  });
  await writeSafetensors(join(folder, "batches.safetensors"), {
    user: pairs("user"),
    target: pairs("target"),
    negative: pairs("negative"),
  });
  await writeJsonAtomic(join(folder, "config.json"), { options, optimiser, rows, nUsers: shop.histories.length });
}

function modelOf({ histories, nItems }: Pick<Shop, "histories" | "nItems">, options: Config["options"]) {
  return lightgcn.create(options, {
    nUsers: histories.length,
    nItems,
    prefixes: trainingLists(histories),
    facts: {},
    seed: SEED,
  });
}

async function open({ folder, device, threads }: SideContext): Promise<Side> {
  const { options } = (await readJson(join(folder, "config.json"))) as Config;
  const model = modelOf(await readHistories(folder), options);
  const parameters = new Parameters();
  const start = (await readSafetensors(join(folder, "parameters.safetensors"))).tensors;
  for (const [name, { shape, data }] of start) parameters.add({ name, shape }, (data as Float32Array).slice());
  const batches = await openInputs(join(folder, "batches.safetensors"));
  const { shape } = model.batches.at(0);
  const train = await compileTrainStep((t) => model.objective(t, shape), parameters, optimiser, { device, threads });
  const forward = await compile(
    trace((t) => {
      const { users, items } = model.tables(t);
      return { "ranked users": users!, "ranked items": items };
    }),
    { device, threads },
  );
  const into = Object.fromEntries(
    parameters.all.map(({ name, front }) => [`ranked ${name}`, new Float32Array(front.value.length)]),
  );
  const weight = new Float32Array(options.batch).fill(1 / options.batch);
  const step = async (index: number): Promise<number> => {
    const i = index % BATCHES;
    const [user, target, negative] = ["user", "target", "negative"].map((name) => batches.ints(name, i));
    return (await train.run({ user: user!, target: target!, negative: negative!, weight }, optimiser)).loss![0]!;
  };
  return {
    work: { step, inference: () => forward.run(parameters.feeds(), into) },
    check: async () => [await step(0), await step(1), await step(2)],
    dispose: async () => {
      await train.dispose();
      await forward.dispose();
    },
  };
}
