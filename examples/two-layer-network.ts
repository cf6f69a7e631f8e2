// Trains a two-layer network on exclusive or. Run: npx tsx examples/two-layer-network.ts
// Outside this repository the import reads: from "isrf/engine".
import * as engine from "../src/engine/index.ts";

// What is learned. Any spread of starting values will do; a sine needs no random numbers.
const spread: engine.Init = (shape) =>
  Float32Array.from({ length: engine.sizeOf(shape) }, (_, i) => Math.sin(3 * i + 1));
const hidden = {
  weight: { name: "hidden.weight", shape: [2, 8], init: spread },
  bias: { name: "hidden.bias", shape: [8], init: engine.constant(0) },
};
const output = { weight: { name: "output.weight", shape: [8, 1], init: spread } };

/** Rows of two numbers -> one probability each. */
function network(t: engine.Trace, x: engine.Tensor): engine.Tensor {
  const sums = engine.add(engine.matmul(x, t.parameter(hidden.weight)), t.parameter(hidden.bias));
  return engine.sigmoid(engine.matmul(engine.tanh(sums), t.parameter(output.weight)));
}

function objective(t: engine.Trace): engine.Objective {
  const answers = network(t, t.input("x", [4, 2]));
  const error = engine.sub(answers, t.input("y", [4, 1]));
  return { loss: engine.mean(engine.mul(error, error)), outputs: { answers } };
}

const random = engine.Random.of(1);
const parameters = engine.Parameters.of(engine.listed([hidden, output]), (spec) => spec.init(spec.shape, random));
const optimiser = { ...engine.ADAMW_DEFAULTS, learningRate: 0.05 };
const step = await engine.compileTrainStep(objective, parameters, optimiser);
const feeds = { x: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), y: Float32Array.of(0, 1, 1, 0) };
for (let epoch = 0; epoch <= 300; epoch++) {
  const { loss, answers } = await step.run(feeds, optimiser);
  if (epoch % 100 === 0) console.log(epoch, loss![0]!.toFixed(4), Array.from(answers!, (p) => p.toFixed(2)).join(" "));
}
await step.dispose();
