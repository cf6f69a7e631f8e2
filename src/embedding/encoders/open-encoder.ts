// `--encoder KIND:MODEL` to an encoder.
import { join } from "node:path";
import { didYouMean, InputError, UsageError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import type { Report } from "../../base/progress.ts";
import { fetchFromHub, isHubId } from "../../servers/hub.ts";
import type { PretrainedEncoder } from "./encoder.ts";
import { ENCODER_FILES } from "./encoder-files.ts";
import { ollamaEndpoint } from "./ollama.ts";
import { openAiEndpoint } from "./openai.ts";
import { type RemoteOptions, remoteEncoder } from "./remote.ts";
import { openTransformer, type TransformerOptions } from "./transformer.ts";

/** Encoders that a text can name and this room opens. */
export const OPENED_KINDS = ["transformer", "ollama", "openai"] as const;
export type OpenedKind = (typeof OPENED_KINDS)[number];
export type EncoderKind = "lsa" | "random" | OpenedKind;

export interface EncoderSpec {
  readonly kind: EncoderKind;
  /** Directory, hub id or a server's model name; "" for lsa and random. */
  readonly model: string;
}

export interface OpenEncoderOptions {
  readonly transformer: TransformerOptions;
  /** Where a transformer's checkpoint lies; default: where its name says. */
  readonly checkpoint?: string | undefined;
  readonly remote?: RemoteOptions | undefined;
  /** Columns asked of a server that can shorten its vectors (openai). */
  readonly dimensions?: number | undefined;
  /** OLLAMA_HOST, OPENAI_BASE_URL, OPENAI_API_KEY, HF_ENDPOINT, HF_TOKEN. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly report: Report;
  readonly signal?: AbortSignal | undefined;
}

const KINDS: readonly EncoderKind[] = ["lsa", "transformer", "ollama", "openai", "random"];

/** @throws UsageError for an unknown kind, or a model missing or too many. */
export function parseEncoder(text: string): EncoderSpec {
  const at = text.indexOf(":");
  const [word, model] = at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
  const kind = KINDS.find((known) => known === word);
  if (kind === undefined) {
    const expected = "lsa, transformer:DIR_OR_HUB_ID, ollama:MODEL, openai:MODEL or random";
    throw new UsageError(`encoder "${text}": expected ${expected}.${didYouMean(word, KINDS)}`);
  }
  const hasModel = kind !== "lsa" && kind !== "random";
  if (!hasModel && at >= 0) throw new UsageError(`encoder "${text}": ${kind} takes no model`);
  if (hasModel && model === "") throw new UsageError(`encoder "${text}": expected a model, as in ${kind}:MODEL`);
  return { kind, model };
}

/** @throws what the encoder's own opening throws; see `openTransformer`, `fetchFromHub`, `openAiEndpoint`. */
export async function openEncoder(
  { kind, model }: EncoderSpec & { readonly kind: OpenedKind },
  options: OpenEncoderOptions,
): Promise<PretrainedEncoder> {
  const { environment, dimensions, checkpoint, report } = options;
  const remote = { ...options.remote, report };
  switch (kind) {
    case "transformer":
      return openTransformer(checkpoint ?? (await checkpointDirectory(model, options)), model, options.transformer);
    case "ollama":
      return remoteEncoder(ollamaEndpoint(model, environment.OLLAMA_HOST), remote);
    case "openai": {
      const access = { baseUrl: environment.OPENAI_BASE_URL, key: environment.OPENAI_API_KEY };
      return remoteEncoder(openAiEndpoint(model, access, dimensions), remote);
    }
    default:
      throw new UsageError(`encoder ${kind satisfies never}`);
  }
}

/**
 * A directory as it is; anything else that looks like a hub id from the hub.
 * @throws InputError for what is neither; and what `fetchFromHub` throws.
 */
export async function checkpointDirectory(
  model: string,
  options: Pick<OpenEncoderOptions, "environment" | "report" | "signal">,
): Promise<string> {
  if (await exists(join(model, "config.json"))) return model;
  if (isHubId(model) && !(await exists(model))) return fetchFromHub(model, ENCODER_FILES, options);
  throw new InputError({
    where: model,
    found: (await exists(model)) ? "no config.json" : "no such directory",
    expected: "a checkpoint directory, or a hub id such as sentence-transformers/all-MiniLM-L6-v2",
  });
}
