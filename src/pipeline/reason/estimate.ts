// What a reasoning run would take, before it takes it. Every prompt is rendered; answers that are not there yet are
// stood in for by those that are. What the journal has measured (tokens per prompt, per answer, time) replaces
// assumptions.

import { stopIf } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { type Report, silent } from "../../base/progress.ts";
import { sharedPrefixLength } from "../../base/shared-prefix.ts";
import { type Dataset, openedDataset, type Split, splitOf } from "../../data/index.ts";
import {
  costOf,
  estimateTokens,
  historyOf,
  isComplete,
  itemSubject,
  Journal,
  type JournalRecord,
  journalPath,
  keysOf,
  type Likeness,
  type PartialChain,
  type Prices,
  type PromptSet,
  type Reasoner,
  type ReasonRequest,
  STEPS,
  type Step,
  type Subject,
  userSubject,
  type Wording,
  walkChain,
} from "../../reasoning/index.ts";
import type { HistoryPart, HistorySource } from "../../reasoning/settings.ts";
import { assumedLength } from "./answer-lengths.ts";
import { reasonSettings } from "./settings.ts";
import { SimilarSubjects } from "./similar-subjects.ts";
import { usualPrompts } from "./way-of-asking.ts";

const DEFAULTS = reasonSettings.parse({});

export interface EstimateOptions extends Likeness {
  /** Its directory, or the dataset opened. */
  readonly dataset: string | Dataset;
  readonly reasoner: Reasoner;
  readonly seed: number;
  readonly historyItems?: number | undefined;
  readonly historySource?: HistorySource | undefined;
  readonly historyPart?: HistoryPart | undefined;
  readonly prompts?: PromptSet | undefined;
  readonly prices: Prices;
  /** Runs that may ask a question that fails. */
  readonly attempts?: number | undefined;
  /** Hears how many items and users were counted. */
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ReasoningEstimate {
  /** Questions whose answers the journal holds. */
  readonly answered: number;
  /** Questions that were asked and have no usable answer. Figures are measured on these and the answered ones. */
  readonly failed: number;
  /** Questions to be asked. */
  readonly questions: number;
  /** Calls that they take; more than questions when replies have needed repairs. */
  readonly calls: number;
  readonly promptTokens: number;
  /**
   * Of them, those that a server computes that keeps what prompts share with the ones before (its prefix cache): a
   * question's words from where they leave the question before it.
   */
  readonly computedTokens: number;
  /** Thinking included. */
  readonly completionTokens: number;
  /** At the measured time per question and as many at once as were; undefined when nothing was measured. */
  readonly seconds: number | undefined;
  /** Calls that were under way at once on average, which is what the server carries and not what was typed. */
  readonly atOnce: number | undefined;
  /** Which length of answers was assumed, and where it is from; absent where it was measured on the journal. */
  readonly answerLength?: string | undefined;
  /**
   * Subjects that take a similar one's texts, at the most: those that its texts do not hold for are asked about, and
   * that is seen when these are there.
   */
  readonly adapted: { readonly items: number; readonly users: number };
  /** In the currency of the prices; no prompt token at the price of cached ones, as not every server keeps them. */
  readonly cost: number;
  /** Batches that wait for each other, at the least; absent where questions are put by calls. */
  readonly waves?: number | undefined;
}

/** Stands for texts that questions quote, until there are some. */
const TYPICAL_ANSWER =
  "Users who enjoy simple, durable and practical products for everyday use at home and on the way, and who value good quality at a fair price, are likely to appreciate this one, in particular those with an active life.";

/** Answers that stand in for others, in turn. */
const TEXTS_KEPT = 1000;

interface Sums {
  readonly texts: string[];
  count: number;
  calls: number;
  completionTokens: number;
  milliseconds: number;
}

type Place = `${Subject["kind"]} ${Step}`;

/**
 * The estimate for a dataset and a reasoner; asks nothing and writes nothing.
 * @throws CancelledError when the signal fires; InputError when the journal is damaged.
 */
export async function estimateReasoning(options: EstimateOptions): Promise<ReasoningEstimate> {
  const { attempts = DEFAULTS.attempts } = options;
  const dataset = await openedDataset(options.dataset);
  const path = journalPath(dataset.directory);
  using journal = (await exists(path)) ? Journal.read(path) : undefined;
  journal?.check();
  const split = splitOf(dataset);
  const known = { items: [], users: [] };
  const similar = await SimilarSubjects.find({ ...options, dataset, split }, known);
  const prompts = options.prompts ?? (await usualPrompts(dataset, options.reasoner));
  const length = assumedLength(prompts);
  const measured = new Measured(length.tokens);
  const every = { dataset, split, options, prompts, similar, known };
  const adapted = { item: new Set<number>(), user: new Set<number>() };
  const whole =
    journal === undefined ? { items: [], users: [] } : await measureAnswered(every, journal, measured, adapted);
  const open = { questions: 0, calls: 0, promptTokens: 0, computedTokens: 0, completionTokens: 0, milliseconds: 0 };
  let together: string | undefined;
  let before = "";
  const places = new Set<Place>();
  await forEachQuestion(every, whole, (request, keys) => {
    const found = keys.map((key) => journal?.find(key));
    const isOwn = found[0]?.status === "answered";
    const given = found.find((one) => one?.status === "answered")?.text;
    const taken = isOwn ? undefined : (given ?? similar.textsFor(request.subject)?.texts[request.step]);
    if (taken !== undefined) adapted[request.subject.kind].add(request.subject.index);
    const text = given ?? taken;
    if (text !== undefined) return text;
    // Asked in vain as often as it may be: neither it nor what is behind it will be asked.
    if ((found[0]?.attempt ?? 0) >= attempts) return undefined;
    const typical = measured.typical(request, open.questions++);
    // The call that is counted already writes this text too.
    if (request.isTogether === true && request.prompt === together) return typical.text;
    together = request.prompt;
    places.add(placeOf(request.subject.kind, request.step));
    open.calls += typical.calls;
    const words = wordsOf(request);
    const tokens = estimateTokens(words) * measured.promptRatio;
    open.promptTokens += tokens * typical.calls;
    // A repair says the same first.
    open.computedTokens += tokens * (1 - sharedPrefixLength(before, words) / words.length);
    before = words;
    open.completionTokens += typical.completionTokens;
    open.milliseconds += typical.milliseconds;
    return typical.text;
  });
  const atOnce = measured.atOnce;
  const isInWaves = options.reasoner.waves !== undefined;
  const { questions, calls, promptTokens, computedTokens, completionTokens, milliseconds } = open;
  return {
    answered: measured.answered,
    failed: measured.failed,
    questions,
    calls,
    promptTokens,
    computedTokens,
    completionTokens,
    seconds: isInWaves ? undefined : atOnce && milliseconds / 1000 / Math.min(atOnce, options.reasoner.concurrency),
    atOnce,
    answerLength: measured.answered + measured.failed === 0 ? length.source : undefined,
    adapted: { items: adapted.item.size, users: adapted.user.size },
    cost: costOf({ promptTokens, completionTokens }, options.prices),
    waves: isInWaves ? places.size : undefined,
  };
}

/** Every chain of a dataset. */
interface EveryChain {
  readonly dataset: Dataset;
  readonly split: Split;
  readonly options: EstimateOptions;
  readonly prompts: PromptSet;
  readonly similar: SimilarSubjects;
  /** What `similar` takes texts from. */
  readonly known: { items: PartialChain[]; users: PartialChain[] };
}

/** Chains by index. */
interface Chains {
  readonly items: readonly (PartialChain | undefined)[];
  readonly users: readonly (PartialChain | undefined)[];
}

type AnswerByKeys = (request: ReasonRequest, keys: readonly string[]) => string | undefined;

/**
 * Measures the subjects that this model was asked about, and finds their chains: what is whole is not rendered again.
 * @param adapted is told who has another one's texts.
 */
async function measureAnswered(
  every: EveryChain,
  journal: Journal,
  measured: Measured,
  adapted: Readonly<Record<Subject["kind"], Set<number>>>,
): Promise<Chains> {
  const { dataset, split, options, similar, known } = every;
  const asked = journal.subjectsOf(options.reasoner);
  const walk = walker(every, (request, keys) => {
    const entries = keys.flatMap((key) => journal.entry(key) ?? []);
    for (const entry of entries) if (entry.adaptedFrom === "") measured.add(request, entry);
    const found = entries.find(({ status }) => status === "answered");
    const isTaken = found === undefined || found.adaptedFrom !== "";
    const text = found?.text ?? similar.textsFor(request.subject)?.texts[request.step];
    if (isTaken && text !== undefined) adapted[request.subject.kind].add(request.subject.index);
    return text;
  });
  known.items = [];
  for (const i of inPhases(every, "items")) {
    if (asked.item.has(dataset.items[i]!.itemId)) known.items[i] = await walk(itemSubject(dataset, i));
  }
  const features = Array.from(dataset.items, (_, i) => known.items[i]?.feature);
  known.users = [];
  for (const u of inPhases(every, "users")) {
    if (!asked.user.has(dataset.users[u]!)) continue;
    known.users[u] = await walk(userSubject(dataset, split, features, u, options));
  }
  return { items: known.items, users: known.users };
}

/** @param whole chains that are known; of users as long as the items that they quote are. */
async function forEachQuestion(every: EveryChain, whole: Chains, answer: AnswerByKeys): Promise<void> {
  const { dataset, split, options, known } = every;
  const { report = silent, signal } = options;
  const walk = walker(every, answer);
  const count = (unit: "items" | "users", done: number) => {
    stopIf(signal, "The estimate was stopped; nothing was asked.");
    report({ kind: "step", stage: "estimate", unit, done, total: dataset[unit].length });
  };
  known.items = [];
  for (const [done, i] of inPhases(every, "items").entries()) {
    const found = whole.items[i];
    known.items[i] = isWhole(found) ? found : await walk(itemSubject(dataset, i));
    count("items", done + 1);
  }
  const features = Array.from(dataset.items, (_, i) => known.items[i]!.feature);
  known.users = [];
  for (const [done, u] of inPhases(every, "users").entries()) {
    const found = whole.users[u];
    const isAsBefore = () =>
      historyOf(dataset, split, u, options).every((i) => features[i] === whole.items[i]?.feature);
    known.users[u] =
      isWhole(found) && isAsBefore() ? found : await walk(userSubject(dataset, split, features, u, options));
    count("users", done + 1);
  }
}

/** All indices: who gives texts to similar ones before these. */
function inPhases({ dataset, similar }: EveryChain, kind: "items" | "users"): readonly number[] {
  return similar.phasesOf(kind, [...dataset[kind].keys()]).flat();
}

function isWhole(chain: PartialChain | undefined): chain is PartialChain {
  return chain !== undefined && isComplete(chain);
}

/** Walks a chain with the keys under which its answers may lie. */
function walker({ dataset, options, prompts }: EveryChain, answer: AnswerByKeys) {
  const { reasoner, adaptItems, adaptUsers } = options;
  const wording: Wording = { domain: dataset.manifest.domain, prompts };
  const { kind, model, parameters } = reasoner;
  const source = { kind, model, parameters, adaptItems, adaptUsers };
  return (subject: Subject) => walkChain(subject, wording, (request) => answer(request, keysOf(request, source)));
}

/** Means over what the journal holds, by kind of question. */
class Measured {
  answered = 0;
  failed = 0;
  private estimatedPromptTokens = 0;
  private promptTokens = 0;
  private readonly sums = new Map<Place, Sums>();
  /** When calls were under way, in milliseconds since 1970. */
  private readonly spans: [number, number][] = [];

  /** @param assumedTokens of a call's answer, until there is one. */
  constructor(private readonly assumedTokens: number) {}

  add(request: ReasonRequest, entry: JournalRecord): void {
    const isAnswered = entry.status === "answered";
    this[isAnswered ? "answered" : "failed"]++;
    // What one call wrote for three steps is told with the first of them.
    if (entry.calls > 0) {
      this.estimatedPromptTokens += estimateTokens(wordsOf(request)) * entry.calls;
      this.promptTokens += entry.promptTokens;
      const end = Date.parse(entry.createdAt);
      this.spans.push([end - entry.milliseconds, end]);
    }
    const place = placeOf(request.subject.kind, request.step);
    const sums = this.sums.get(place) ?? { texts: [], count: 0, calls: 0, completionTokens: 0, milliseconds: 0 };
    this.sums.set(place, sums);
    if (isAnswered && sums.texts.length < TEXTS_KEPT) sums.texts.push(entry.text);
    sums.count++;
    sums.calls += entry.calls;
    sums.completionTokens += entry.completionTokens;
    sums.milliseconds += entry.milliseconds;
  }

  /** Time of all calls over the time in which there was any; undefined when nothing was measured. */
  get atOnce(): number | undefined {
    const all = this.spans.reduce((sum, [from, to]) => sum + to - from, 0);
    let covered = 0;
    let reached = Number.NEGATIVE_INFINITY;
    for (const [from, to] of this.spans.sort(([a], [b]) => a - b)) {
      covered += Math.max(0, to - Math.max(from, reached));
      reached = Math.max(reached, to);
    }
    return covered === 0 ? undefined : Math.max(1, all / covered);
  }

  /** Counted tokens per estimated one: the model's tokenizer, its chat template. */
  get promptRatio(): number {
    return this.promptTokens > 0 ? this.promptTokens / this.estimatedPromptTokens : 1;
  }

  /** An answer to stand in, and the mean cost of its kind; items stand in for users that nobody has asked about. */
  typical({ subject, step, isTogether }: ReasonRequest, turn: number) {
    const text = this.textLike(subject, step, turn);
    // A call writes all three texts, whichever is missing; what it took stands with the first.
    const cost = this.sumsOf(subject, isTogether === true ? "positive" : step);
    if (cost === undefined) return { text, calls: 1, completionTokens: this.assumedTokens, milliseconds: 0 };
    return {
      text,
      calls: cost.calls / cost.count,
      completionTokens: cost.completionTokens / cost.count,
      milliseconds: cost.milliseconds / cost.count,
    };
  }

  private textLike(subject: Subject, step: Step, turn: number): string {
    const { texts } = this.sumsOf(subject, step) ?? { texts: [] };
    return texts[turn % Math.max(texts.length, 1)] ?? TYPICAL_ANSWER;
  }

  private sumsOf({ kind }: Subject, step: Step): Sums | undefined {
    const places = [placeOf(kind, step), placeOf("item", step), ...STEPS.map((other) => placeOf("item", other))];
    return places.map((place) => this.sums.get(place)).find((found) => found !== undefined);
  }
}

function placeOf(kind: Subject["kind"], step: Step): Place {
  return `${kind} ${step}`;
}

function wordsOf({ system, prompt }: ReasonRequest): string {
  return system === undefined ? prompt : `${system}\n${prompt}`;
}
