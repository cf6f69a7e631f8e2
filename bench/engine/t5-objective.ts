// The loss of a T5 on token ids, as a program.
import { prependVisible, T5 } from "../../src/backbone/t5.ts";
import type { T5Config } from "../../src/backbone/t5-config.ts";
import { crossEntropy, mean, type Objective, reshape, type Trace } from "../../src/engine/index.ts";

export interface T5Size {
  readonly batch: number;
  /** Source and target positions. */
  readonly source: number;
  readonly target: number;
}

/** Mean token loss; inputs `tokens`, `mask`, `decoderTokens`, `labels`. */
export function t5Objective(
  t: Trace,
  config: T5Config,
  { batch, source, target }: T5Size,
  isTraining: boolean,
): Objective {
  const t5 = new T5(t, config, isTraining);
  const mask = prependVisible(t.input("mask", [batch, source]), 0);
  const encoded = t5.encode(t5.embed(t.input("tokens", [batch, source], "int32")), mask);
  const decoderTokens = t.input("decoderTokens", [batch, 1, target], "int32");
  const hidden = t5.decode(decoderTokens, t5.crossMemories(encoded), mask);
  const logits = t5.logits(reshape(hidden, [batch, target, config.width]));
  return { loss: mean(crossEntropy(logits, t.input("labels", [batch, target], "int32"))) };
}
