// Texts of both sides to vectors in one space, by the encoder that was asked for.
import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../../base/errors.ts";
import { type Matrix, matrix } from "../../base/matrix.ts";
import { type Report, silent } from "../../base/progress.ts";
import { Random } from "../../base/random.ts";
import { stoppable } from "../../base/stopping.ts";
import {
  encodeTexts,
  fitLsa,
  LSA_DIMENSIONS,
  openEncoder,
  type PretrainedEncoder,
  parseEncoder,
  randomVectors,
} from "../../embedding/index.ts";
import { type EncoderSettings, encoderSettings } from "./settings.ts";

/** Which encoder, and what only some of them understand. */
export interface EncoderChoice extends Omit<EncoderSettings, "encoder"> {
  /** As a setting names it, or an encoder of your own, which whoever made it disposes of. */
  readonly encoder?: string | PretrainedEncoder | undefined;
  /** Addresses and keys of servers; default the process's. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
}

export const DEFAULT_ENCODER = encoderSettings.parse({}).encoder;

export interface EncodedSides {
  readonly items: Matrix;
  readonly users: Matrix;
  /** For the manifest. */
  readonly encoder: { readonly kind: string; readonly options: Readonly<Record<string, unknown>> };
  /** Call when the vectors are safe on disk: deletes partial results. */
  finish(): Promise<void>;
}

interface Work {
  readonly itemTexts: readonly string[];
  readonly userTexts: readonly string[];
  /** Where the vectors will lie; partial results lie beside it. */
  readonly target: string;
  readonly seed: number;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * "lsa", "random", or the last part of a model's name in small letters: "all-minilm-l6-v2". @throws UsageError for no
 * encoder.
 */
export function encoderName({ encoder = DEFAULT_ENCODER }: EncoderChoice): string {
  if (typeof encoder !== "string") return encoder.kind;
  const { kind, model } = parseEncoder(encoder);
  if (kind === "lsa" || kind === "random") return kind;
  const last = model
    .replace(/[/\\]+$/, "")
    .split(/[/\\]/)
    .at(-1)!;
  const plain = last
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "");
  return ["", "lsa", "random"].includes(plain) ? kind : plain;
}

/** Options that the encoder would ignore are errors. @throws UsageError */
export function checkEncoderChoice(choice: EncoderChoice): void {
  const { encoder = DEFAULT_ENCODER } = choice;
  const { kind } = typeof encoder === "string" ? parseEncoder(encoder) : encoder;
  const only = (name: string, isGiven: boolean, kinds: readonly string[]) => {
    if (!isGiven || kinds.includes(kind)) return;
    throw new UsageError(`--${name} is for --encoder ${kinds.join(" and ")}, not for ${kind}`);
  };
  only("dimensions", choice.dimensions !== undefined, ["lsa", "random", "openai"]);
  only("bigrams", choice.bigrams === true, ["lsa"]);
  only("pooling", choice.pooling !== undefined, ["transformer"]);
  only("max-tokens", choice.maxTokens !== undefined, ["transformer"]);
  only("device", choice.device !== undefined, ["transformer"]);
  only("timeout", choice.timeoutSeconds !== undefined, ["ollama", "openai"]);
}

/**
 * Encode both sides.
 * @throws what the encoders throw: InputError and UsageError for what the user can mend, OperationError for servers
 *   that
 * fail, CancelledError when stopped.
 */
export async function encodeSides(choice: EncoderChoice, work: Work): Promise<EncodedSides> {
  const { encoder = DEFAULT_ENCODER } = choice;
  if (typeof encoder !== "string") return encodeByPretrained(encoder, work);
  const { kind, model } = parseEncoder(encoder);
  if (kind === "lsa") return encodeByLsa(choice, work);
  if (kind === "random") return encodeByChance(choice, work);
  const opened = await openChosen({ kind, model }, choice, work);
  try {
    return await encodeByPretrained(opened, work);
  } finally {
    await opened.dispose();
  }
}

async function encodeByChance({ dimensions = LSA_DIMENSIONS }: EncoderChoice, work: Work): Promise<EncodedSides> {
  const drawn = (side: "items" | "users", rows: number) =>
    randomVectors(rows, dimensions, Random.of(work.seed, `random ${side}`));
  return {
    items: drawn("items", work.itemTexts.length),
    users: drawn("users", work.userTexts.length),
    encoder: { kind: "random", options: { dimensions } },
    async finish() {},
  };
}

async function encodeByLsa(choice: EncoderChoice, work: Work): Promise<EncodedSides> {
  return stoppable(work.signal, NOTHING_WRITTEN, () => fitAndEncode(choice, work));
}

const NOTHING_WRITTEN =
  "Encoding was stopped before anything was written; what was there stays. Run the same command again.";

async function fitAndEncode(
  { dimensions = LSA_DIMENSIONS, bigrams = false }: EncoderChoice,
  work: Work,
): Promise<EncodedSides> {
  const { itemTexts, userTexts, seed, report = silent, signal } = work;
  const encoder = await fitLsa(itemTexts, {
    dimensions,
    bigrams,
    seed,
    signal,
    onProgress: (share) =>
      report({ kind: "step", stage: "embed", done: Math.round(share * 100), total: 100, unit: "percent" }),
  });
  return {
    items: await encoder.encode(itemTexts),
    users: await encoder.encode(userTexts),
    encoder: { kind: "lsa", options: { dimensions, bigrams, terms: encoder.terms } },
    async finish() {},
  };
}

function openChosen(
  spec: Parameters<typeof openEncoder>[0],
  choice: EncoderChoice,
  { report = silent, signal }: Work,
): Promise<PretrainedEncoder> {
  const { pooling, maxTokens, device, dimensions, timeoutSeconds, environment = process.env } = choice;
  return openEncoder(spec, {
    transformer: { pooling, maxTokens, device },
    remote: { timeoutSeconds },
    dimensions,
    environment,
    report,
    signal,
  });
}

async function encodeByPretrained(
  encoder: PretrainedEncoder,
  { itemTexts, userTexts, target, report = silent, signal }: Work,
): Promise<EncodedSides> {
  const partialPath = join(dirname(target), `.${basename(target)}.progress`);
  const texts = [...itemTexts, ...userTexts];
  const { columns, data } = await encodeTexts(encoder, texts, { partialPath, report, signal });
  const split = itemTexts.length * columns;
  return {
    items: matrix(itemTexts.length, columns, data.subarray(0, split)),
    users: matrix(userTexts.length, columns, data.subarray(split)),
    encoder: { kind: encoder.kind, options: encoder.options },
    finish: () => rm(partialPath, { force: true }),
  };
}
