// The learned prompt vectors of each task (eq. 1): before the text, where the public codes put them, or behind each
// example's last token, as the paper prints it.
// Letters: B batch, S prompt positions, d width, p prompt vectors.
import {
  add,
  concat,
  expand,
  gather,
  type Init,
  mul,
  normal,
  type ParameterSpec,
  reshape,
  sizeOf,
  type Tensor,
  type Trace,
} from "../../../engine/index.ts";
import type { PromptTask } from "../options/options.ts";
import type { BatchShape, NetworkShape } from "../shapes.ts";
import { promptOrderInputs } from "./inputs.ts";
import { betaOf, zeroWord } from "./whole-words.ts";

/** p vectors in the prompts of a task. */
export const promptVectors = ({ options, t5 }: NetworkShape, task: PromptTask): ParameterSpec => ({
  name: `prompt.${task}`,
  shape: [options.prompts, t5.width],
  init: options.promptStart === "uniform" ? aroundZero : normal(options.normaliseWords ? options.tokenScale : 1),
});

/** U(-.1, .1). */
const aroundZero: Init = (shape, random) =>
  Float32Array.from({ length: sizeOf(shape) }, () => 0.2 * random.uniform() - 0.1);

/** Text [B, S, d], whole words included, with the task's vectors: [B, p + S, d]. */
export function withPromptVectors(t: Trace, shape: NetworkShape, b: BatchShape, text: Tensor): Tensor {
  const { prompts, promptPlace } = shape.options;
  if (prompts === 0) return text;
  const d = shape.t5.width;
  const isBefore = promptPlace === "before";
  const own = t.parameter(promptVectors(shape, b.task));
  // As printed, every position has a word; what is put before the text has none.
  const vectors = isBefore ? own : add(own, mul(reshape(zeroWord(t, shape, b), [1, d]), betaOf(shape.options, b.task)));
  const all = concat([expand(reshape(vectors, [1, prompts, d]), [b.batch, prompts, d]), text], 1);
  if (isBefore) return all;
  // Behind padding the vectors would stand further from the text in longer batches, and answers depend on the batch.
  const { promptOrder } = t.inputs(promptOrderInputs(b, prompts));
  return gather(reshape(all, [b.batch * (prompts + b.length), d]), promptOrder);
}
