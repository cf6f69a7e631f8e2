// Vectors of new texts in the space that a run was trained in. Vectors of known texts made the same way must be those
// that are stored: otherwise it is another space, and nothing may be added.
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { InputError, UsageError } from "../../base/errors.ts";
import { hashOfTexts } from "../../base/hash-of-texts.ts";
import { cosine, type Matrix, matrix, row } from "../../base/matrix.ts";
import type { Report } from "../../base/progress.ts";
import { POOLINGS } from "../../embedding/encoders/pooling.ts";
import {
  askedAgain,
  type Embeddings,
  encodeTexts,
  fitLsa,
  openEncoder,
  type PretrainedEncoder,
  parseEncoder,
  whitened,
  wordRule,
} from "../../embedding/index.ts";
import type { Device } from "../../engine/session/device.ts";

export interface TextSpaceRequest {
  readonly run: string;
  readonly embeddings: Embeddings;
  /** Texts of known items, by index. */
  readonly known: readonly string[];
  /** Of your own, where the run's vectors were made by one. */
  readonly encoder?: PretrainedEncoder | undefined;
  readonly device?: Device | undefined;
  readonly report: Report;
  readonly signal?: AbortSignal | undefined;
}

/** Where new texts become vectors as those of the run did. */
export interface TextSpace {
  /** @throws InputError where vectors of known texts are others by now. */
  check(): Promise<void>;
  /** [texts, d]. @throws as `check`. */
  vectorsOf(texts: readonly string[]): Promise<Matrix>;
  dispose(): Promise<void>;
}

/** Known texts that are encoded again where encoding costs something. */
const PROBES = 4;
/** Rounding of other machines and batches stays above this; another model or other axes do not. */
const LEAST_COSINE = 0.999;

/** The caller disposes of it. @throws UsageError for vectors that say nothing; InputError for another space. */
export async function openTextSpace(request: TextSpaceRequest): Promise<TextSpace> {
  const { kind } = request.embeddings.manifest.encoder;
  if (kind === "lsa") return byLsa(request);
  if (kind === "random")
    throw new UsageError(`${request.run} was trained on random vectors (a control): a new item's would mean nothing.`);
  return byPretrained(request);
}

/** [texts, d]. @throws as `openTextSpace`, and what encoders throw. */
export async function vectorsOfNewTexts({
  texts,
  ...request
}: TextSpaceRequest & { readonly texts: readonly string[] }): Promise<Matrix> {
  const space = await openTextSpace(request);
  try {
    return await space.vectorsOf(texts);
  } finally {
    await space.dispose();
  }
}

/**
 * Deletes vectors that were kept of texts in a run, of which nobody may ask the rest again: the items changed, or left
 * the file. Who is still encoding goes on, and keeps no more of it.
 */
export async function dropUnfinished(run: string): Promise<void> {
  const names = (await readdir(run)).filter((name) => /^\.items\.(?:[0-9a-f]{8}\.)?progress$/.test(name));
  // Not where another process has it open and the system forbids that: the next call does.
  for (const name of names) await rm(join(run, name), { force: true }).catch(() => {});
}

const lsaOptions = z.object({ dimensions: z.number(), bigrams: z.boolean() });

async function byLsa({ embeddings, known, report, signal, run }: TextSpaceRequest): Promise<TextSpace> {
  const { encoder, seed } = embeddings.manifest;
  const { unspacedText } = wordRule(known);
  if (unspacedText !== undefined && encoder.options.unspacedText !== unspacedText) throw otherWords(run, embeddings);
  report({ kind: "stage", stage: "embed", detail: "lsa, fitted again on the known items" });
  const fitted = await fitLsa(known, { ...lsaOptions.parse(encoder.options), seed, signal });
  const inSpace = async (of: readonly string[]) => asStored(embeddings, await fitted.encode(of), signal);
  checkSpace(run, embeddings, await inSpace(known), [...known.keys()]);
  return { check: async () => {}, vectorsOf: inSpace, dispose: async () => {} };
}

function otherWords(run: string, { manifest }: Embeddings): InputError {
  return new InputError({
    where: `${run}: embeddings ${manifest.name}`,
    found: "vectors of a version that took a run of Chinese, Japanese or Thai signs for one word",
    expected: "vectors of its pairs of signs: new items must lie in the space that the run was trained in",
    todo: "Embed and train again.",
  });
}

const pretrainedOptions = z.object({
  model: z.string(),
  dimensions: z.number().optional(),
  pooling: z.enum(POOLINGS).optional(),
  maxTokens: z.number().optional(),
});

async function byPretrained(request: TextSpaceRequest): Promise<TextSpace> {
  const { embeddings, known, report, signal, run } = request;
  const { kind } = embeddings.manifest.encoder;
  report({ kind: "stage", stage: "embed", detail: kind });
  const encoder = request.encoder ?? (await openAgain(request));
  const probes = [...known.keys()].filter((item) => known[item]!.trim() !== "").slice(0, PROBES);
  /** Behind the probes, which are checked. */
  const vectorsOf = async (texts: readonly string[]): Promise<Matrix> => {
    const all = [...probes.map((item) => known[item]!), ...texts];
    // A server and a command may be at different items of one run at a time.
    const partialPath = join(run, `.items.${hashOfTexts(all).slice(0, 8)}.progress`);
    const formerPath = join(run, ".items.progress");
    const encodeOptions = { partialPath, formerPath, report, signal };
    const encoded = await asStored(embeddings, await encodeTexts(encoder, all, encodeOptions), signal);
    checkSpace(run, embeddings, encoded, probes);
    await rm(partialPath, { force: true });
    return matrix(texts.length, encoded.columns, encoded.data.slice(probes.length * encoded.columns));
  };
  return {
    vectorsOf,
    check: async () => void (probes.length > 0 && (await vectorsOf([]))),
    dispose: async () => {
      if (request.encoder === undefined) await encoder.dispose();
    },
  };
}

/** An encoder's vectors as those of the run were made of them. */
async function asStored({ whitening }: Embeddings, vectors: Matrix, signal?: AbortSignal): Promise<Matrix> {
  return whitening === undefined ? vectors : whitened(vectors, whitening, signal);
}

async function openAgain({ run, embeddings, device, report, signal }: TextSpaceRequest): Promise<PretrainedEncoder> {
  const { kind, options } = askedAgain(embeddings.manifest);
  const stored = pretrainedOptions.safeParse(options);
  const spec = stored.success && ["transformer", "ollama", "openai"].includes(kind) ? stored.data : undefined;
  if (spec === undefined)
    throw new UsageError(`${run} was trained on vectors of an encoder of your own (${kind}): give it as \`encoder\`.`);
  const { model, dimensions, pooling, maxTokens } = spec;
  return openEncoder(parseEncoder(`${kind}:${model}`) as Parameters<typeof openEncoder>[0], {
    transformer: { pooling, maxTokens, device },
    dimensions: kind === "openai" ? dimensions : undefined,
    environment: process.env,
    report,
    signal,
  });
}

/** `again`: vectors of the known items `items`, in its first rows. */
function checkSpace(run: string, { items: stored, manifest }: Embeddings, again: Matrix, items: number[]): void {
  const isSame = (item: number, at: number) => {
    const [before, now] = [row(stored, item), row(again, at)];
    return before.every((value) => value === 0) || cosine(before, now) >= LEAST_COSINE;
  };
  const others = again.columns === stored.columns ? items.filter((item, at) => !isSame(item, at)) : items;
  if (others.length === 0) return;
  throw new InputError({
    where: `${run}: embeddings ${manifest.name}`,
    found: `other vectors of ${others.length} of ${items.length} known items, when ${manifest.encoder.kind} encodes them again`,
    expected: "the vectors that the run was trained with: new items must lie in the same space",
    todo: "Use the version, the model and the server of that time, or embed and train again with the new items.",
  });
}
