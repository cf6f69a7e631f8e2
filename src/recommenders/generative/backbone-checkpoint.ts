// Where the backbone's starting values and its tokenizer come from: a Hugging Face T5 directory, or a model of the hub,
// fetched once.
import { join } from "node:path";
import { T5_SMALL } from "../../backbone/t5-config.ts";
import { t5Parameters } from "../../backbone/t5-parameters.ts";
import { InputError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { type Report, silent } from "../../base/progress.ts";
import { floatTensor, readSafetensors } from "../../engine/safetensors.ts";
import { fetchFromHub, type HubModel, isHubId } from "../../servers/hub.ts";
import { type GenerativeOptions, hasCheckpoint } from "./options/options.ts";

/** What T5 needs, and nothing of what else its page holds: weights in other formats are as large again. */
const T5_FILES: HubModel = {
  what: "checkpoint",
  required: ["config.json", "tokenizer.json", "model.safetensors"],
  optional: ["tokenizer_config.json"],
  byHand: "use --set checkpoint=FOLDER",
  convert: "Convert it with Python: save_pretrained of T5ForConditionalGeneration; then use --set checkpoint=FOLDER.",
};

export interface CheckpointAccess {
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The directory of the options' checkpoint, fetched where it is a model of the hub; undefined where a run starts from
 * scratch. @throws as `fetchFromHub`; InputError for what is neither a directory nor a hub id.
 */
export async function checkpointDirectory(
  options: Pick<GenerativeOptions, "checkpoint">,
  { report = silent, signal }: CheckpointAccess = {},
): Promise<string | undefined> {
  const { checkpoint } = options;
  if (!hasCheckpoint(options)) return undefined;
  if (await exists(checkpoint)) return checkpoint;
  if (isHubId(checkpoint)) return fetchFromHub(checkpoint, T5_FILES, { environment: process.env, report, signal });
  throw new InputError({
    where: `checkpoint ${checkpoint}`,
    found: "no such directory",
    expected: "a Hugging Face T5 directory, or a hub id such as google-t5/t5-small",
    todo: "Name another, or start from scratch with --set checkpoint=none.",
  });
}

/** Values by parameter name of a T5 directory. @throws InputError for a missing file or another shape. */
export async function loadBackbone(
  directory: string,
  { layers }: Pick<GenerativeOptions, "layers">,
): Promise<ReadonlyMap<string, Float32Array>> {
  const path = join(directory, "model.safetensors");
  if (!(await exists(path))) {
    throw new InputError({
      where: directory,
      found: "no model.safetensors",
      expected: "a Hugging Face T5 directory with model.safetensors and tokenizer.json",
      todo: "Convert pytorch_model.bin to safetensors first, or start from scratch with --set checkpoint=none.",
    });
  }
  const file = await readSafetensors(path);
  const specs = t5Parameters({ ...T5_SMALL, encoderLayers: layers, decoderLayers: layers });
  return new Map(specs.map(({ name, shape }) => [name, floatTensor(path, file, name, shape)]));
}
