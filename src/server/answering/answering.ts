// From a request to an answer: whose, among what, by whom, and what was answered before.
import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { z } from "zod";
import { Answers, type Person } from "../../pipeline/recommend/index.ts";
import type { AnswerSpace } from "../../runs/answer-space.ts";
import { choiceWords } from "../../runs/chosen-terms.ts";
import type { OpenRun } from "../../runs/run.ts";
import type { Recommendations, recommendSchema } from "../contract/recommendations.ts";
import type { LoggedAnswer, Made } from "../events/store.ts";
import type { KnownEvents, UserEvents } from "../events/user-events.ts";
import type { AnswerLog } from "./answer-log.ts";
import { KeptAnswers } from "./kept-answers.ts";
import { eventsOf, keyOfAsker, personOf } from "./person.ts";
import { reasonsFor } from "./reasons.ts";
import type { ServedRun } from "./served-run.ts";
import type { ServedRuns } from "./served-runs.ts";

export type Asked = z.output<typeof recommendSchema>;

/** An answer as it is kept: all but its id. */
interface Kept {
  /** JSON without the opening brace and the id. */
  readonly rest: string;
  readonly log: Omit<LoggedAnswer, "id" | "at">;
}

export interface AnsweringOptions {
  readonly runs: ServedRuns;
  readonly users: UserEvents;
  readonly log: AnswerLog;
  /** Answers that are kept. */
  readonly cache: number;
  readonly onAnswer: (made: Made, isCached: boolean) => void;
}

/** More excluded items make a space of their own; fewer are asked for beside and dropped, which is the same list. */
const MAX_DROPPED = 64;
const MAX_ANSWERERS = 64;
/** Of what they know of their spaces. */
const MAX_ANSWERER_BYTES = 64 << 20;
/** Of a kept answer, in the mean. */
const KEPT_BYTES = 4096;
const LONG_KEY = 500;

export class Answering {
  private readonly options: AnsweringOptions;
  private readonly kept: KeptAnswers<Kept>;
  /** By run, so that one that is given back takes its own along. */
  private readonly answerers = new WeakMap<ServedRun, LRUCache<string, Answers>>();

  constructor(options: AnsweringOptions) {
    this.options = options;
    this.kept = new KeptAnswers({ count: options.cache, bytes: options.cache * KEPT_BYTES, sizeOf });
  }

  /** The answer as JSON. @throws RequestError; UsageError for terms or a task that the model lacks. */
  async recommend(asked: Asked): Promise<string> {
    // Held before anything is awaited: another run may take its place meanwhile.
    return this.options.runs.choose(asked.run, keyOfAsker(asked)).use((run) => this.recommendBy(run, asked));
  }

  private async recommendBy(run: ServedRun, asked: Asked): Promise<string> {
    const { users, log, onAnswer } = this.options;
    const known = await eventsOf(users, asked.user);
    const { answer, isKept } = this.kept.orMake(keyOf(run, asked, known), () => this.answer(run, asked, known));
    const { rest, log: facts } = await answer;
    const id = log.nextId();
    log.add({ id, at: Date.now(), ...facts });
    onAnswer(facts.made, isKept);
    return `{"recommendationId":"${id}",${rest}`;
  }

  private async answer(run: ServedRun, asked: Asked, known: KnownEvents): Promise<Kept> {
    const { person, version, notices } = personOf(run, asked, known);
    const { items, scores, system, made, note, words } = await this.list(run, asked, person);
    const wanted = asked.reasons !== false && items.length > 0;
    const told = wanted ? await this.reasonsOf(run, asked, { person, items, scores, made }) : undefined;
    const answer: Omit<Recommendations, "recommendationId"> = {
      run: run.name,
      modelVersion: run.modelVersion,
      system,
      made,
      note,
      user: asked.user,
      userVersion: version,
      items: Array.from(items, (item, at) => ({
        rank: at + 1,
        score: scores[at]!,
        item: run.card(item),
        reasons: told === undefined ? undefined : [...told.reasons[at]!],
      })),
      notices: [...notices, ...words, ...(told?.notice === undefined ? [] : [told.notice])],
    };
    const ids = answer.items.map(({ item }) => item.id);
    const { name, modelVersion } = run;
    return {
      rest: JSON.stringify(answer).slice(1),
      log: { run: name, modelVersion, system, made, user: asked.user, items: ids },
    };
  }

  private async reasonsOf(
    run: ServedRun,
    { reasons, task, without, favourNew }: Asked,
    { person, items, scores, made }: Pick<Listed, "items" | "scores" | "made"> & { readonly person: Person },
  ) {
    const none = (notice: string) => ({ reasons: Array.from(items, () => []), notice });
    if (made === "fallback") return none("Reasons: a fallback has none.");
    if (task === "direct") return none("Reasons are given for the task sequential alone.");
    return reasonsFor(run, { person, items, scores, isFull: reasons === "full", terms: { without, favourNew } });
  }

  private async list(run: ServedRun, asked: Asked, person: Person): Promise<Listed> {
    const { task, count, exclude = [], candidates, filter, available, fallback } = asked;
    const owned = new Set(person.history);
    const unknown: string[] = [];
    const excluded = run.index.itemsOf(exclude, "exclude", unknown);
    const dropped = new Set(excluded.filter((item) => !owned.has(item)));
    const isDropped = task === "sequential" && dropped.size <= MAX_DROPPED;
    // Else the space says so.
    const notices = isDropped ? unknown : [];
    const found = run.index.spaceOf({ filter, available, exclude: isDropped ? undefined : exclude });
    const top = count + (isDropped ? roundedUp(dropped.size) : 0);
    const given = candidates && Int32Array.from(new Set(run.index.itemsOf(candidates, "candidates", notices)));
    notices.push(...found.notices);
    const variant = run.variant(asked);
    const answers = this.answersFor(run, variant, found.space, found.key, asked, top, given);
    const instead = answers.fallbackFor(person);
    const made: Made = instead !== undefined ? "fallback" : person.userIndex === undefined ? "history-only" : "model";
    if (found.space.count === 0) return empty(variant, made, [...notices, "No item fits the filters."]);
    if (given?.length === 0) return empty(variant, made, notices);
    if (instead !== undefined && !fallback)
      return empty(variant, made, [...notices, `Only ${instead} could answer, and no fallback was wanted.`]);
    const terms = choiceWords(asked);
    if (instead !== undefined && terms !== "")
      notices.push(`${instead} answers in place of the model, and adds up no terms: ${terms} changes nothing.`);
    const [list] = await answers.of([person]);
    const { recommendations, system, note, empty: why } = list!;
    const shown = recommendations
      .map(({ item, score }) => ({ item: run.itemIndex.get(item.itemId)!, score }))
      .filter(({ item }) => !isDropped || !dropped.has(item))
      .slice(0, count);
    const short = shown.length < count ? [why ?? `No more than ${shown.length} items may be answered.`] : [];
    return {
      items: Int32Array.from(shown, ({ item }) => item),
      scores: Float32Array.from(shown, ({ score }) => score),
      system,
      made,
      note,
      words: [...notices, ...short],
    };
  }

  private answersFor(
    run: ServedRun,
    variant: OpenRun,
    space: AnswerSpace,
    spaceKey: string,
    { task, without, favourNew }: Asked,
    top: number,
    candidates: Int32Array | undefined,
  ): Answers {
    const make = () => new Answers(variant, space, { task, top, candidates }, run.fallbacks);
    if (candidates !== undefined) return make();
    const ofRun = this.answerers.get(run) ?? answerersOf(run);
    this.answerers.set(run, ofRun);
    const key = JSON.stringify([choiceWords({ without, favourNew }), task, top, spaceKey]);
    const known = ofRun.get(key) ?? make();
    ofRun.set(key, known);
    return known;
  }
}

interface Listed {
  readonly items: Int32Array;
  readonly scores: Float32Array;
  readonly system: string;
  readonly made: Made;
  readonly note?: string | undefined;
  readonly words: readonly string[];
}

function empty({ recommender }: OpenRun, made: Made, words: readonly string[]): Listed {
  return { items: new Int32Array(0), scores: new Float32Array(0), system: recommender.name, made, words };
}

/** Each has the items of its space. */
function answerersOf({ run: { dataset } }: ServedRun): LRUCache<string, Answers> {
  const size = 1000 + 4 * dataset.items.length;
  return new LRUCache<string, Answers>({
    max: MAX_ANSWERERS,
    maxSize: MAX_ANSWERER_BYTES,
    sizeCalculation: () => size,
  });
}

function sizeOf({ rest, log }: Kept): number {
  return Buffer.byteLength(rest) + log.items.reduce((sum, id) => sum + Buffer.byteLength(id) + 20, 0);
}

/** Few different lengths, so that requests share what answers them. */
function roundedUp(count: number): number {
  return count === 0 ? 0 : 2 ** Math.ceil(Math.log2(count));
}

function keyOf({ generation }: ServedRun, asked: Asked, { version }: KnownEvents): string {
  const { run: _, ...rest } = asked;
  const key = JSON.stringify([generation, version, rest]);
  return key.length <= LONG_KEY ? key : createHash("sha1").update(key).digest("base64");
}
