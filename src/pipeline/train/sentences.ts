// What explanations are learnt from: what people wrote of items, where the dataset has it, or what was reasoned of
// items and users.
import { InputError, UsageError } from "../../base/errors.ts";
import type { Report } from "../../base/progress.ts";
import { type Dataset, explainedPairs, loadReviews, type SentenceSource, type TrainingView } from "../../data/index.ts";
import { readReasoning, readReasoningManifest, textSentences } from "../../reasoning/index.ts";
import type { RunConfig } from "../../runs/run.ts";

/**
 * Sentences of the dataset's review files as the run was given them; undefined where it was given none. Under `strict`
 * the files' own split is nobody's business: what a pair is, its place in the user's history says.
 * @throws InputError where the dataset has other sentences now.
 */
export async function reviewsOf(
  dataset: Dataset,
  { reviews, protocol }: Pick<RunConfig, "reviews" | "protocol">,
): Promise<SentenceSource | undefined> {
  if (reviews === undefined) return undefined;
  const source = await loadReviews(dataset);
  if (source?.hash !== reviews.hash) {
    throw new InputError({
      where: dataset.directory,
      found:
        source === undefined ? "no sentences of reviews" : `other sentences (SHA-256 ${source.hash!.slice(0, 12)})`,
      expected: `those that the run was trained on (${reviews.files.join(", ")}, SHA-256 ${reviews.hash.slice(0, 12)})`,
      todo: "Import the data again with the same --explanations, or start a new run.",
    });
  }
  return protocol === "paper" ? source : { ...source, parts: undefined };
}

/** What the third task of a run learns: its reviews, else texts. @throws InputError where nothing was reasoned. */
export async function learntSentences(
  dataset: Dataset,
  { reviews }: Pick<RunConfig, "reviews">,
  known: SentenceSource | undefined,
  report: Report,
): Promise<SentenceSource> {
  return reviews?.learnt === true && known !== undefined ? known : reasonedSentences(dataset, report);
}

/**
 * SHA-256 of the reasoned texts that a third task would learn; undefined where nothing was reasoned.
 * @throws InputError where answers were lost.
 */
export async function reasonedTextsHash(dataset: Dataset, report: Report): Promise<string | undefined> {
  if (!(await isReasoned(dataset.directory))) return undefined;
  return (await reasonedSentences(dataset, report)).hash;
}

/** Whether there are reasoned texts. */
export async function isReasoned(directory: string): Promise<boolean> {
  try {
    await readReasoningManifest(directory);
    return true;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

async function reasonedSentences(dataset: Dataset, report: Report): Promise<SentenceSource> {
  const { directory } = dataset;
  const reasoning = await readReasoning(directory, dataset, report).catch((cause: unknown) => {
    if (!(cause instanceof InputError)) throw cause;
    const { where, found } = cause.facts;
    const expected = "texts of items and users, which explanations are made of";
    const todo = `Run \`isrf reason ${directory}\`, or import the data with --explanations FILE; --set tasks=both learns no explanations.`;
    throw new InputError({ where, found, expected, todo }, { cause });
  });
  return textSentences(reasoning);
}

/**
 * The settings of a run with what its third task learns, where that is made of texts: of a new run as they are now.
 * @throws UsageError where a run that goes on was begun with others.
 */
export function withTexts(
  config: RunConfig,
  sentences: SentenceSource | undefined,
  { out, resume }: { readonly out: string; readonly resume?: boolean | undefined },
): RunConfig {
  if (sentences?.kind !== "texts") return config;
  if (resume !== true) return { ...config, learntTexts: sentences.hash };
  // Earlier versions did not say which they were.
  if (config.learntTexts === undefined || config.learntTexts === sentences.hash) return config;
  throw new UsageError(`the reasoned texts that ${out} learns have changed since the run began; start a new run.`);
}

/** The view with the pairs whose sentences are learnt. @throws InputError where there is none. */
export function withExplained(view: TrainingView, sentences: SentenceSource, directory: string): TrainingView {
  const explained = explainedPairs(view.graph, sentences);
  if (explained.some(({ length }) => length > 0)) return { ...view, explained };
  const todo =
    sentences.kind === "reviews"
      ? "Import more reviews (--explanations FILE), or learn reasoned texts: --sentences texts."
      : `Run \`isrf reason ${directory}\` again, or leave tasks as they are.`;
  throw new InputError({
    where: directory,
    found: "no sentence on a pair of user and item that training sees",
    expected: "some, as tasks explanation and three learn them",
    todo,
  });
}

/** What the log of a training says of its third task. */
export function sentenceWords({ explained }: TrainingView, { kind }: SentenceSource, { reviews }: RunConfig): string {
  const pairs = explained!.reduce((sum, { length }) => sum + length, 0);
  const whose = kind === "reviews" ? `of reviews (${reviews!.files.join(", ")})` : "made of reasoned texts";
  return `The third task learns sentences ${whose}, on ${pairs} pairs of user and item.`;
}

/**
 * Which sentences of reviews a new run is given: those that its protocol or its third task reads.
 * @throws UsageError for a choice that does nothing, or that the dataset cannot serve.
 */
export function reviewsFor(
  { manifest, directory }: Dataset,
  asked: {
    readonly learnsSentences: boolean;
    readonly protocol: RunConfig["protocol"];
    readonly sentences: SentenceSource["kind"] | undefined;
  },
): RunConfig["reviews"] {
  const { learnsSentences, protocol, sentences } = asked;
  const { explanations: facts } = manifest;
  if (sentences !== undefined && !learnsSentences)
    throw new UsageError(`sentences ${sentences}: this model learns none; --set tasks=three learns them.`);
  if (sentences === "reviews" && facts === undefined)
    throw new UsageError(
      `sentences reviews: ${directory} has none; import the data with --explanations FILE, or leave it out.`,
    );
  const learnt = learnsSentences && sentences !== "texts";
  if (facts === undefined || (!learnt && protocol === "strict")) return undefined;
  return { files: facts.files, hash: facts.hash, learnt };
}
