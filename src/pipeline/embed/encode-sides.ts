// Texts of both sides to vectors in one space, by the encoder that was asked for.
import { rm } from "node:fs/promises";
import { UsageError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { type Matrix, matrix } from "../../base/matrix.ts";
import { type Report, silent } from "../../base/progress.ts";
import { Random } from "../../base/random.ts";
import { stoppable } from "../../base/stopping.ts";
import {
  checkpointDirectory,
  encodeTexts,
  fitLsa,
  formerProgressPath,
  LSA_DIMENSIONS,
  openEncoder,
  otherProgress,
  type PretrainedEncoder,
  parseEncoder,
  progressPath,
  randomVectors,
  wordRule,
} from "../../embedding/index.ts";
import type { GivenPlace } from "../work/workplace.ts";
import { type EncodingByWorkers, withWorkers, workFolder } from "./elsewhere/by-workers.ts";
import { tellOfReplaced } from "./replaced.ts";
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
  /** Power of the whitening that is to follow; default 0, none. */
  readonly whiten?: number | undefined;
  /** Who encodes beside this process; default: nobody. */
  readonly workers?: GivenPlace | undefined;
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

/**
 * Options that the encoder would ignore are errors.
 * @param isShared Whether workers are to encode.
 * @throws UsageError
 */
export function checkEncoderChoice(choice: EncoderChoice, isShared = false): void {
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
  if (isShared) refuseUndivided(encoder);
}

function refuseUndivided(encoder: string | PretrainedEncoder): void {
  const leaveOut = "Leave --workers, --queue and --objects out";
  if (typeof encoder !== "string")
    throw new UsageError(`embed: workers open an encoder by its name, and this one is an object. ${leaveOut}.`);
  const { kind } = parseEncoder(encoder);
  if (kind === "random") throw new UsageError(`--encoder random draws vectors in seconds: ${leaveOut.toLowerCase()}.`);
  if (kind !== "lsa") return;
  const why = "--encoder lsa is fitted to all texts at once, so that they cannot be divided among workers";
  throw new UsageError(`${why}. ${leaveOut}, or take --encoder transformer:MODEL, ollama:MODEL or openai:MODEL.`);
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
  const spec = { kind, model };
  const checkpoint = kind === "transformer" ? await checkpointOf(model, choice, work) : undefined;
  const opened = await openChosen(spec, checkpoint, choice, work);
  try {
    const { target, workers: place, report, signal } = work;
    const isShared = place !== undefined || (await exists(workFolder(target)));
    const elsewhere = isShared
      ? await withWorkers(opened, { spec, choice, checkpoint, target, place, report, signal })
      : undefined;
    return await encodeByPretrained(opened, work, elsewhere);
  } finally {
    await opened.dispose();
  }
}

async function encodeByChance({ dimensions = LSA_DIMENSIONS }: EncoderChoice, work: Work): Promise<EncodedSides> {
  await tellBySeed({ kind: "random", options: { dimensions } }, work);
  const drawn = (side: "items" | "users", rows: number) =>
    randomVectors(rows, dimensions, Random.of(work.seed, `random ${side}`));
  return {
    items: drawn("items", work.itemTexts.length),
    users: drawn("users", work.userTexts.length),
    encoder: { kind: "random", options: { dimensions } },
    async finish() {},
  };
}

/** Of an encoder that draws by the seed. */
function tellBySeed(encoder: EncodedSides["encoder"], { target, whiten = 0, seed, report = silent }: Work) {
  return tellOfReplaced(target, { ...encoder, whiten, seed }, report);
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
  const words = wordRule(itemTexts, userTexts);
  await tellBySeed({ kind: "lsa", options: { dimensions, bigrams, ...words } }, work);
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
    encoder: { kind: "lsa", options: { dimensions, bigrams, terms: encoder.terms, ...words } },
    async finish() {},
  };
}

function checkpointOf(
  model: string,
  { environment = process.env }: EncoderChoice,
  { report = silent, signal }: Work,
): Promise<string> {
  return checkpointDirectory(model, { environment, report, signal });
}

function openChosen(
  spec: Parameters<typeof openEncoder>[0],
  checkpoint: string | undefined,
  choice: EncoderChoice,
  { report = silent, signal }: Work,
): Promise<PretrainedEncoder> {
  const { pooling, maxTokens, device, dimensions, timeoutSeconds, environment = process.env } = choice;
  return openEncoder(spec, {
    transformer: { pooling, maxTokens, device },
    checkpoint,
    remote: { timeoutSeconds },
    dimensions,
    environment,
    report,
    signal,
  });
}

async function encodeByPretrained(
  encoder: PretrainedEncoder,
  { itemTexts, userTexts, target, whiten = 0, report = silent, signal }: Work,
  elsewhere?: EncodingByWorkers,
): Promise<EncodedSides> {
  await tellOfReplaced(target, { kind: encoder.kind, options: encoder.options, whiten }, report);
  const partialPath = progressPath(target, encoder);
  const formerPath = formerProgressPath(target);
  const texts = [...itemTexts, ...userTexts];
  const encodeElsewhere = elsewhere?.encode;
  const options = { partialPath, formerPath, encodeElsewhere, report, signal };
  const { columns, data } = await encodeTexts(encoder, texts, options);
  const split = itemTexts.length * columns;
  return {
    items: matrix(itemTexts.length, columns, data.subarray(0, split)),
    users: matrix(userTexts.length, columns, data.subarray(split)),
    encoder: { kind: encoder.kind, options: encoder.options },
    async finish() {
      await elsewhere?.clear();
      await rm(partialPath, { force: true });
      for (const path of await otherProgress(target, partialPath)) report({ kind: "notice", message: keptWords(path) });
    },
  };
}

const keptWords = (path: string): string =>
  `${path} holds unfinished work of another encoder under the same name, which goes on where that one is asked for again; delete it if it will not be.`;
