// The reasoning stage: every item's chain, then every user's (which quote their items' FEATURE texts), through the
// journal.
import { sha256 } from "../../base/files.ts";
import { productVersion } from "../../base/product-version.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Dataset, openedDataset, type Split, splitOf } from "../../data/index.ts";
import {
  BUILT_IN_PROMPTS,
  BudgetReached,
  type ChainTally,
  emptyTally,
  fromJournal,
  fromReasoner,
  givesOrders,
  indexTexts,
  isComplete,
  itemSubject,
  Journal,
  journalPath,
  KeyCollector,
  type PartialChain,
  type PromptSet,
  type Reasoner,
  type ReasoningManifest,
  readRevisions,
  revisionsPath,
  type Subject,
  userSubject,
  walkChain,
  writeReasoningManifest,
} from "../../reasoning/index.ts";
import { HISTORY_ITEMS, type HistoryPart, type HistorySource } from "../../reasoning/settings.ts";
import { runLanes } from "./lanes.ts";
import { Pulse } from "./pulse.ts";
import { makeReasoner } from "./reasoners.ts";
import { reasonSettings } from "./settings.ts";
import { usualPrompts } from "./way-of-asking.ts";
import { writingAnswers } from "./writing-answers.ts";

const DEFAULTS = reasonSettings.parse({});

export interface ReasonOptions {
  /** Its directory, or the dataset opened. */
  readonly dataset: string | Dataset;
  /** A text as `makeReasoner` takes it, such as "ollama:deepseek-r1:14b", or a reasoner. Default "offline". */
  readonly reasoner?: string | Reasoner | undefined;
  /** Seed of the users' history subsets; default 2026. */
  readonly seed?: number | undefined;
  /** Most items that stand for a history. */
  readonly historyItems?: number | undefined;
  /** What a history is; default the training prefix. A full one leaks held-out items into the texts (L5). */
  readonly historySource?: HistorySource | undefined;
  /** Which items stand for a longer history; default drawn at random. */
  readonly historyPart?: HistoryPart | undefined;
  /** Default: those by which this reasoner wrote the texts that are there, else the newest built-in set. */
  readonly prompts?: PromptSet | undefined;
  /** Runs that may ask a question whose answers cannot be used; default 3. */
  readonly attempts?: number | undefined;
  /** These users and the items that their chains quote, nothing else. Default: everything. */
  readonly onlyUsers?: readonly number[] | undefined;
  readonly report?: Report | undefined;
  /** Stops between answers with `CancelledError`; finished answers are kept. */
  readonly signal?: AbortSignal | undefined;
}

/** The same with everything opened. */
export interface ReasoningWork extends ReasonOptions {
  readonly dataset: Dataset;
  readonly split: Split;
  readonly reasoner: Reasoner;
  readonly seed: number;
}

export interface ReasonResult {
  /** Who wrote the texts, e.g. "rule-based (offline)". */
  readonly source: string;
  /** `complete`: subjects with all three texts, of those that this run went through. */
  readonly items: { readonly subjects: number; readonly complete: number };
  readonly users: { readonly subjects: number; readonly complete: number };
  readonly tally: Readonly<ChainTally>;
  /**
   * Subjects whose FEATURE text another of their kind has word for word: what a model says of many tells none apart.
   */
  readonly alike: { readonly items: number; readonly users: number };
  /** Items whose catalogue text tries to give orders to a language model. */
  readonly suspiciousItems: number;
  /** Why the run ended early, in a sentence; absent when it went through everything. */
  readonly stopped?: string | undefined;
  readonly seconds: number;
}

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
  const writer = typeof reasoner === "string" ? makeReasoner(reasoner, dataset, split) : reasoner;
  return writeTexts({ ...options, dataset, split, reasoner: writer, seed });
}

/** `reason` on what is opened; an audit may bring a split that leaks. */
export async function writeTexts(options: ReasoningWork): Promise<ReasonResult> {
  return writingAnswers(options.dataset.directory, "isrf reason", () => writeTextsLocked(options));
}

async function writeTextsLocked(options: ReasoningWork): Promise<ReasonResult> {
  const { dataset, split, reasoner, report = silent } = options;
  const prompts = options.prompts ?? (await usualPrompts(dataset, reasoner));
  const start = performance.now();
  const manifest = manifestOf(options, prompts);
  report({ kind: "stage", stage: "reason", detail: `${reasoner.label}, ${reasoner.model}` });
  using journal = Journal.open(journalPath(dataset.directory));
  tellOfRepair(journal, report);
  if (options.historySource === "full") report({ kind: "warning", message: FULL_HISTORIES });
  await tellOfRevisions(dataset, report);
  using run = new ReasoningRun(journal, prompts, options, manifest);
  const items = new Array<PartialChain>(dataset.items.length).fill({});
  const users = new Array<PartialChain>(dataset.users.length).fill({});
  const { itemIndices, userIndices } = whatToDo(options);
  let stopped: string | undefined;
  try {
    await run.chains("items", itemIndices, (i) => itemSubject(dataset, i), items);
    const features = items.map(({ feature }) => feature);
    await run.chains("users", userIndices, (u) => userSubject(dataset, split, features, u, options), users);
  } catch (error) {
    if (!(error instanceof BudgetReached)) throw error;
    stopped = error.message;
  }
  journal.flush();
  const isWhole = stopped === undefined && run.isCurrent;
  const counts = { items: countComplete(items, itemIndices), users: countComplete(users, userIndices) };
  if (isWhole) {
    await writeReasoningManifest(dataset.directory, { ...manifest, counts });
    indexTexts(journal, dataset, manifest, { items, users, keys: run.keys }, report);
  }
  const suspiciousItems = itemIndices.filter((i) => givesOrders(dataset.items[i]!.description ?? "")).length;
  return {
    source: reasoner.label,
    ...counts,
    tally: run.tally,
    alike: { items: countAlike(items), users: countAlike(users) },
    suspiciousItems,
    stopped,
    seconds: (performance.now() - start) / 1000,
  };
}

/** One run's way through the chains: from the journal, else claimed, asked and recorded. */
class ReasoningRun implements Disposable {
  readonly tally = emptyTally();
  readonly keys: KeyCollector;
  private readonly pulse: Pulse;
  private current: Promise<void> | undefined;

  constructor(
    private readonly journal: Journal,
    private readonly prompts: PromptSet,
    private readonly options: ReasoningWork,
    private readonly manifest: ReasoningManifest,
  ) {
    this.keys = new KeyCollector(options.dataset);
    this.pulse = new Pulse(options.reasoner, options.report ?? silent, () => this.note);
  }

  [Symbol.dispose](): void {
    this.pulse[Symbol.dispose]();
  }

  async chains(
    unit: "items" | "users",
    indices: readonly number[],
    subjectAt: (index: number) => Subject,
    into: PartialChain[],
  ): Promise<void> {
    const { journal, tally, prompts } = this;
    const { reasoner, attempts = DEFAULTS.attempts, signal, dataset } = this.options;
    const wording = { domain: dataset.manifest.domain, prompts };
    const ask = fromReasoner({ journal, reasoner, prompts, tally, attempts, onAnswered: this.keys.add, signal });
    const known = fromJournal(journal, reasoner);
    const work = async (index: number): Promise<boolean> => {
      const subject = subjectAt(index);
      const walk = async () => {
        const chain = await walkChain(subject, wording, ask);
        into[index] = chain;
        if (chain.positive !== undefined) await this.makeCurrent();
        return true;
      };
      return reasoner.isCostly === true ? this.exclusively(subject, wording, known, walk) : walk();
    };
    const onDone = (done: number) => this.pulse.tell(unit, done, indices.length);
    await onDone(0);
    await runLanes(indices, { lanes: reasoner.concurrency, work, onDone, signal });
  }

  /** Whether later stages read this run's texts. */
  get isCurrent(): boolean {
    return this.current !== undefined;
  }

  /**
   * From the first text on, later stages read this run's: a run that gets no answer displaces no earlier one, and a
   * sample never does.
   */
  private async makeCurrent(): Promise<void> {
    if (this.options.onlyUsers !== undefined) return;
    this.current ??= writeReasoningManifest(this.options.dataset.directory, this.manifest);
    await this.current;
  }

  /** `walk` unless another process is at this chain; a chain that is already whole needs no claim. */
  private async exclusively(
    subject: Subject,
    wording: Parameters<typeof walkChain>[1],
    known: Parameters<typeof walkChain>[2],
    walk: () => Promise<boolean>,
  ): Promise<boolean> {
    if (isComplete(await walkChain(subject, wording, known))) return walk();
    const { kind, model } = this.options.reasoner;
    const claim = sha256(JSON.stringify([subject.kind, subject.id, kind, model]));
    if (!this.journal.claim(claim)) return false;
    try {
      return await walk();
    } finally {
      this.journal.release(claim);
    }
  }

  private get note(): string {
    const flaws = Object.entries(this.tally.flaws).map(([flaw, n]) => `${n} ${flaw}`);
    const parts = [this.options.reasoner.note?.(), flaws.length === 0 ? undefined : `unusable: ${flaws.join(", ")}`];
    return parts.filter((part) => part !== undefined).join("  ");
  }
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

function manifestOf(work: ReasoningWork, prompts: PromptSet): ReasoningManifest {
  const { reasoner, dataset, seed, historyItems, historySource, historyPart } = work;
  return {
    format: 1,
    kind: "reasoning",
    provider: reasoner.kind,
    model: reasoner.model,
    label: reasoner.label,
    parameters: reasoner.parameters,
    promptVersion: prompts.version,
    prompts: BUILT_IN_PROMPTS[prompts.version] === undefined ? prompts : undefined,
    seed,
    historyItems: historyItems === HISTORY_ITEMS ? undefined : historyItems,
    historySource: historySource === "prefix" ? undefined : historySource,
    historyPart: historyPart === "random" ? undefined : historyPart,
    datasetHash: dataset.hash,
    productVersion: productVersion(),
  };
}

function tellOfRepair({ repaired, path }: Journal, report: Report): void {
  if (repaired === undefined) return;
  const message = `${path} was damaged: ${repaired.kept} answers were saved, the damaged file lies at ${repaired.damaged}.`;
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

function countAlike(chains: readonly PartialChain[]): number {
  const counts = new Map<string, number>();
  for (const { feature } of chains) if (feature !== undefined) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  return [...counts.values()].filter((count) => count > 1).reduce((total, count) => total + count, 0);
}
