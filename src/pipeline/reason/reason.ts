// The reasoning stage: every item's chain, then every user's (which quote their items' FEATURE texts), through the
// journal.
import { CancelledError } from "../../base/errors.ts";
import { productVersion } from "../../base/product-version.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Dataset, openedDataset, type Split, splitOf } from "../../data/index.ts";
import {
  BUILT_IN_PROMPTS,
  BudgetReached,
  batchFolder,
  CallStore,
  type ChainTally,
  costOf,
  givesOrders,
  indexTexts,
  isComplete,
  itemSubject,
  Journal,
  journalPath,
  type PartialChain,
  type Prices,
  type PromptSet,
  type Reasoner,
  type ReasoningManifest,
  readRevisions,
  revisionsPath,
  userSubject,
  writeReasoningManifest,
} from "../../reasoning/index.ts";
import { HISTORY_ITEMS } from "../../reasoning/settings.ts";
import { budgetStop, type ChainWork, inWaves } from "./in-waves.ts";
import type { ReasonResult, Stop } from "./reason-result.ts";
import { makeReasoner } from "./reasoners.ts";
import { ReasoningRun } from "./reasoning-run.ts";
import { reasonSettings } from "./settings.ts";
import { SimilarSubjects } from "./similar-subjects.ts";
import { usualLength, usualPrompts } from "./way-of-asking.ts";
import type { ReasoningWork, ReasonOptions } from "./work.ts";
import { writingAnswers } from "./writing-answers.ts";

const DEFAULTS = reasonSettings.parse({});

const FULL_HISTORIES =
  "User texts are made from full histories, held-out items included (--history-source full): whatever is trained with them leaks, and its evaluations say so (docs/protocols.md, L5).";

/**
 * Write or complete a dataset's chain texts (`dataset/reasoning/`). What the journal holds is not asked again.
 * @throws CancelledError when stopped; OperationError when the reasoner or the disk fails; InUseError while the dataset
 *   is replaced. Run again to resume.
 */
export async function reason(options: ReasonOptions): Promise<ReasonResult> {
  const { reasoner = DEFAULTS.llm, seed = DEFAULTS.seed } = options;
  const dataset = await openedDataset(options.dataset, options.report);
  const split = splitOf(dataset);
  const writer =
    typeof reasoner === "string" ? await namedReasoner(reasoner, dataset, split, options.prompts) : reasoner;
  return writeTexts({ ...options, dataset, split, reasoner: writer, seed });
}

/** Prompts to the letter want longer answers than others. */
async function namedReasoner(spec: string, dataset: Dataset, split: Split, prompts?: PromptSet): Promise<Reasoner> {
  const usual = makeReasoner(spec, dataset, split);
  if (usual.parameters.maxTokens === undefined) return usual;
  const maxTokens = await usualLength(dataset, usual, prompts ?? (await usualPrompts(dataset, usual)));
  return makeReasoner(spec, dataset, split, { maxTokens });
}

/** `reason` on what is opened; an audit may bring a split that leaks. */
export async function writeTexts(options: ReasoningWork): Promise<ReasonResult> {
  try {
    return await writingAnswers(options.dataset.directory, "isrf reason", () => writeTextsLocked(options));
  } finally {
    // The stages behind this one want the memory of a model in process.
    await options.reasoner.release?.();
  }
}

async function writeTextsLocked(options: ReasoningWork): Promise<ReasonResult> {
  const { dataset, split, reasoner, report = silent } = options;
  const prompts = options.prompts ?? (await usualPrompts(dataset, reasoner));
  const start = performance.now();
  const manifest = manifestOf(options, prompts);
  const { waves } = reasoner;
  report({ kind: "stage", stage: "reason", detail: `${reasoner.label}, ${reasoner.model}` });
  using journal = Journal.open(journalPath(dataset.directory));
  tellOfRepair(journal, report);
  if (options.historySource === "full") report({ kind: "warning", message: FULL_HISTORIES });
  await tellOfRevisions(dataset, report);
  if (reasoner.isCostly === true) tellOfBatches(dataset, report);
  const items = new Array<PartialChain>(dataset.items.length).fill({});
  const users = new Array<PartialChain>(dataset.users.length).fill({});
  const similar = await SimilarSubjects.find(options, { items, users });
  using run = new ReasoningRun(journal, prompts, options, manifest, similar);
  const work = { dataset, ...whatToDo(options), items, users, historiesOf: options };
  const outcome = (end?: Ending) => outcomeOf(run, work, { end, seconds: (performance.now() - start) / 1000 });
  try {
    const stopped =
      waves === undefined ? await atOnce(run, work, split) : await waves.during(() => inWaves(run, waves, work, split));
    journal.flush();
    if (stopped === undefined && run.isCurrent) await finish(run, journal, work, manifest);
    return outcome(stopped);
  } catch (error) {
    // Paid for, whatever ended it.
    options.onFailed?.(outcome(endingOf(error)));
    throw error;
  }
}

/** All is asked: later stages read the manifest and the index. */
async function finish(
  { adapted, keys, options }: ReasoningRun,
  journal: Journal,
  work: ChainWork,
  manifest: ReasoningManifest,
): Promise<void> {
  const { dataset, items, users } = work;
  const counts = countsOf(work);
  const kept = {
    items: withAdapted(counts.items, adapted.item.size),
    users: withAdapted(counts.users, adapted.user.size),
  };
  await writeReasoningManifest(dataset.directory, { ...manifest, counts: kept });
  indexTexts(journal, dataset, manifest, { items, users, keys }, options.report ?? silent);
}

interface Ending {
  readonly by: NonNullable<ReasonResult["stoppedBy"]>;
  readonly words: string;
}

function endingOf(error: unknown): Ending {
  const words = error instanceof Error ? error.message : String(error);
  return { by: error instanceof CancelledError ? "interruption" : "error", words };
}

function outcomeOf(
  { tally, adapted, options: { reasoner, prices } }: ReasoningRun,
  work: ChainWork,
  { end, seconds }: { readonly end: Ending | undefined; readonly seconds: number },
): ReasonResult {
  const { dataset, itemIndices, items, users } = work;
  return {
    source: reasoner.label,
    ...countsOf(work),
    tally,
    ...(isPriced(prices) ? costsOf(tally, prices) : {}),
    adapted: { items: adapted.item.size, users: adapted.user.size },
    alike: { items: countAlike(items), users: countAlike(users) },
    suspiciousItems: itemIndices.filter((i) => givesOrders(dataset.items[i]!.description ?? "")).length,
    stopped: end?.words,
    stoppedBy: end?.by,
    seconds,
  };
}

function costsOf(tally: ChainTally, prices: Prices): Pick<ReasonResult, "cost" | "stepCosts"> {
  const steps = Object.entries(tally.steps).map(([step, taken]) => [step, costOf(taken, prices)]);
  return { cost: costOf(tally, prices), stepCosts: Object.fromEntries(steps) as Record<string, number> };
}

function countsOf({ items, users, itemIndices, userIndices }: ChainWork) {
  return { items: countComplete(items, itemIndices), users: countComplete(users, userIndices) };
}

function isPriced(prices: Prices | undefined): prices is Prices {
  return prices !== undefined && prices.input + prices.output > 0;
}

/** All indices, or those of some users and of the items that their prompts quote. */
function whatToDo(work: ReasoningWork) {
  const { dataset, split, onlyUsers } = work;
  if (onlyUsers === undefined)
    return { itemIndices: [...dataset.items.keys()], userIndices: [...dataset.users.keys()] };
  const quoted = onlyUsers.flatMap((u) => userSubject(dataset, split, [], u, work).history);
  const itemIndices = [...new Set(quoted.map(({ itemIndex }) => itemIndex))].sort((a, b) => a - b);
  return { itemIndices, userIndices: onlyUsers };
}

/** Items, then users, by calls. @returns why it ended early. */
async function atOnce(run: ReasoningRun, work: ChainWork, split: Split): Promise<Stop | undefined> {
  const { dataset, items, users, itemIndices, userIndices, historiesOf } = work;
  try {
    const itemsEnd = await run.wave("items", itemIndices, (i) => itemSubject(dataset, i), items);
    const features = items.map(({ feature }) => feature);
    // Users' questions quote the items' texts: without all of these they would be other questions.
    if (itemsEnd !== undefined) return budgetStop(itemsEnd);
    const userAt = (u: number) => userSubject(dataset, split, features, u, historiesOf);
    const usersEnd = await run.wave("users", userIndices, userAt, users, features);
    return usersEnd && budgetStop(usersEnd);
  } catch (error) {
    if (!(error instanceof BudgetReached)) throw error;
    return budgetStop(error);
  }
}

function manifestOf(work: ReasoningWork, prompts: PromptSet): ReasoningManifest {
  const { reasoner, dataset, seed, historyItems, historySource, historyPart, adaptItems, adaptUsers } = work;
  return {
    format: 1,
    kind: "reasoning",
    provider: reasoner.kind,
    model: reasoner.model,
    label: reasoner.label,
    parameters: reasoner.parameters,
    anyModel: reasoner.takesAnyModel === true ? true : undefined,
    promptVersion: prompts.version,
    prompts: BUILT_IN_PROMPTS[prompts.version] === undefined ? prompts : undefined,
    seed,
    historyItems: historyItems === HISTORY_ITEMS ? undefined : historyItems,
    historySource: historySource === "prefix" ? undefined : historySource,
    historyPart: historyPart === "random" ? undefined : historyPart,
    adaptItems,
    adaptUsers,
    datasetHash: dataset.hash,
    productVersion: productVersion(),
  };
}

function tellOfRepair({ repaired, path }: Journal, report: Report): void {
  if (repaired === undefined) return;
  const message = `${path} was damaged: ${repaired.kept} answers were saved, the damaged file lies at ${repaired.damaged}.`;
  report({ kind: "warning", message });
}

/** Calls would ask, and pay, for what a batch is about to bring. */
function tellOfBatches({ directory }: Dataset, report: Report): void {
  const open = CallStore.openIn(batchFolder(directory));
  if (open === 0) return;
  const message = `${open} questions are in batches, with a server or answered and not read yet: --batch goes on with them. This run may ask them a second time.`;
  report({ kind: "warning", message });
}

async function tellOfRevisions({ directory }: Dataset, report: Report): Promise<void> {
  const { all } = await readRevisions(directory);
  if (all.length === 0) return;
  const texts = new Set(all.map(({ subjectKind, subjectId, step }) => JSON.stringify([subjectKind, subjectId, step])));
  const message = `${revisionsPath(directory)}: what was changed of ${texts.size} texts stands as long as the answers are those that it was written for.`;
  report({ kind: "notice", message });
}

function countComplete(chains: readonly PartialChain[], indices: readonly number[]) {
  return { subjects: indices.length, complete: indices.filter((i) => isComplete(chains[i]!)).length };
}

function withAdapted<T extends { readonly complete: number }>(counts: T, adapted: number) {
  return adapted === 0 ? counts : { ...counts, adapted };
}

function countAlike(chains: readonly PartialChain[]): number {
  const counts = new Map<string, number>();
  for (const { feature } of chains) if (feature !== undefined) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1).reduce((total, count) => total + count, 0);
}
