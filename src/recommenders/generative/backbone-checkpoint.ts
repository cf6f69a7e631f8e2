// Loads the backbone's starting values from a Hugging Face T5 directory.
import { join } from "node:path";
import { T5_SMALL } from "../../backbone/t5-config.ts";
import { t5Parameters } from "../../backbone/t5-parameters.ts";
import { InputError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { floatTensor, readSafetensors } from "../../engine/safetensors.ts";
import type { GenerativeOptions } from "./options/options.ts";

/** Values by parameter name; empty without a checkpoint. @throws InputError for a missing file or another shape. */
export async function loadBackbone(options: GenerativeOptions): Promise<ReadonlyMap<string, Float32Array>> {
  if (options.checkpoint === "") return new Map();
  const path = join(options.checkpoint, "model.safetensors");
  if (!(await exists(path))) {
    throw new InputError({
      where: options.checkpoint,
      found: "no model.safetensors",
      expected: "a Hugging Face T5 directory with model.safetensors and tokenizer.json",
      todo: "Convert pytorch_model.bin to safetensors first, or leave --set checkpoint out to start from scratch.",
    });
  }
  const file = await readSafetensors(path);
  const specs = t5Parameters({ ...T5_SMALL, encoderLayers: options.layers, decoderLayers: options.layers });
  return new Map(specs.map(({ name, shape }) => [name, floatTensor(path, file, name, shape)]));
}
