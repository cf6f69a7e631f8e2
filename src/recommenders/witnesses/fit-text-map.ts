// Fits the text witness's map to what followed what in training prefixes: the softmax over the items of these of the
// mapped profile's cosine with their texts, times a learned scale.
import { stopIf } from "../../base/errors.ts";
import type { Matrix } from "../../base/matrix.ts";
import { Random } from "../../base/random.ts";
import type { TrainingLists } from "../../data/index.ts";
import {
  ADAMW_DEFAULTS,
  add,
  type CompileOptions,
  compileTrainStep,
  constant,
  exp,
  floats,
  integers,
  listed,
  matmul,
  mul,
  normal,
  Parameters,
  type Trace,
  unitRows,
} from "../../engine/index.ts";
import { type SharedWork, shared } from "../../training/shared-work.ts";
import { catalogueCrossEntropy } from "../id-models/catalogue-loss.ts";
import { hidingUnseen, seenItems } from "../id-models/unseen-items.ts";
import { type TextMap, textProfile } from "./text-map.ts";

export interface TextMapOptions {
  readonly rank: number;
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: number;
}

export const TEXT_MAP_OPTIONS: TextMapOptions = { rank: 32, steps: 400, batch: 256, learningRate: 2e-3 };

/** Logarithm of the scale of cosines at the start: e^2.7 is about 15. */
const START_SCALE = 2.7;

export interface TextMapRequest {
  readonly texts: Matrix; // unit rows
  readonly prefixes: TrainingLists;
  readonly options: TextMapOptions;
  readonly seed: number;
  readonly compile: CompileOptions;
}

const learned = (d: number, rank: number) => ({
  down: { name: "down", shape: [d, rank], init: normal(d ** -0.5) },
  up: { name: "up", shape: [rank, d], init: constant(0) },
  scale: { name: "scale", shape: [1], init: constant(START_SCALE) },
});

const inputs = ({ rows, columns }: Matrix, batch: number) => ({
  profile: floats(batch, columns),
  texts: floats(rows, columns),
  target: integers(batch),
  weight: floats(batch),
});

/**
 * The map that another training fitted alike, where they share.
 * @throws CancelledError after the step in which `signal` fires.
 */
export function sharedTextMap(
  work: SharedWork | undefined,
  request: TextMapRequest,
  signal?: AbortSignal,
): Promise<TextMap> {
  const { prefixes, texts } = request;
  // Where nobody took some items, older versions fitted another map.
  const hidesUnseen = seenItems(prefixes, texts.rows).includes(0) || undefined;
  return shared(work, "text map", () => ({ ...request, hidesUnseen }), {
    make: () => fitTextMap(request, signal),
    pack: ({ rank, down, up }) => ({ arrays: { down, up }, facts: { rank } }),
    unpack: ({ arrays, facts }) => {
      const { rank } = facts as Pick<TextMap, "rank">;
      return { rank, down: arrays.down as Float32Array, up: arrays.up as Float32Array };
    },
  });
}

async function fitTextMap(
  { texts, prefixes, options, seed, compile }: TextMapRequest,
  signal?: AbortSignal,
): Promise<TextMap> {
  const { rank, steps, batch, learningRate } = options;
  const tensors = learned(texts.columns, rank);
  const random = Random.of(seed, "text map");
  const parameters = Parameters.of(listed(tensors), ({ shape, init }) => init(shape, random));
  const optimiser = { ...ADAMW_DEFAULTS, learningRate, weightDecay: 0 };
  const positions = positionsOf(prefixes);
  const seen = seenItems(prefixes, texts.rows);
  const objective = (t: Trace) => {
    const fed = t.inputs(inputs(texts, batch));
    const moved = matmul(matmul(fed.profile, t.parameter(tensors.down)), t.parameter(tensors.up));
    const query = mul(unitRows(add(fed.profile, moved)), exp(t.parameter(tensors.scale)));
    const bias = hidingUnseen(t, seen);
    return { loss: catalogueCrossEntropy({ query, items: fed.texts, bias }, fed.target, fed.weight) };
  };
  const step = await compileTrainStep(objective, parameters, optimiser, compile);
  try {
    const weight = new Float32Array(batch).fill(1 / batch);
    for (let s = 0; s < (positions.users.length === 0 ? 0 : steps); s++) {
      const { profile, target } = drawBatch(texts, prefixes, positions, batch, Random.of(seed, `text map/${s}`));
      await step.run({ profile, target, weight, texts: texts.data }, optimiser);
      stopIf(signal, "stopped while the text witness's map was fitted");
    }
  } finally {
    await step.dispose();
  }
  return { rank, down: parameters.get("down").front.value, up: parameters.get("up").front.value };
}

interface Positions {
  readonly users: Int32Array;
  readonly places: Int32Array;
}

/** Every place of a prefix that something stands before. */
function positionsOf(prefixes: TrainingLists): Positions {
  const count = prefixes.reduce((sum, { length }) => sum + Math.max(0, length - 1), 0);
  const [users, places] = [new Int32Array(count), new Int32Array(count)];
  let at = 0;
  prefixes.forEach((prefix, user) => {
    for (let place = 1; place < prefix.length; place++, at++) {
      users[at] = user;
      places[at] = place;
    }
  });
  return { users, places };
}

function drawBatch(
  texts: Matrix,
  prefixes: TrainingLists,
  { users, places }: Positions,
  batch: number,
  random: Random,
): { profile: Float32Array; target: Int32Array } {
  const profile = new Float32Array(batch * texts.columns);
  const target = new Int32Array(batch);
  for (let i = 0; i < batch; i++) {
    const drawn = random.below(users.length);
    const prefix = prefixes[users[drawn]!]!;
    profile.set(textProfile(texts, prefix.subarray(0, places[drawn]!)), i * texts.columns);
    target[i] = prefix[places[drawn]!]!;
  }
  return { profile, target };
}
