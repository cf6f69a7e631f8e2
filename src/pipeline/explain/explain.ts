// Why a run recommends what it does: evidence from the user's own history, from similar users, and which of the two
// moved the rank. docs/explanations.md states the method.
import { InputError, stopIf, UsageError } from "../../base/errors.ts";
import { row } from "../../base/matrix.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import type { Dataset } from "../../data/index.ts";
import type { Embeddings } from "../../embedding/index.ts";
import { readUserTexts, type UserTexts } from "../../reasoning/index.ts";
import type { Recommender, ScoreExplainer } from "../../recommenders/recommender.ts";
import { popularityOrder } from "../../recommenders/yardsticks/index.ts";
import { itemCard } from "../../runs/item-card.ts";
import { tellStaleness } from "../../runs/later-version.ts";
import { type OpenRun, userIndexOf } from "../../runs/run.ts";
import { openRunEmbeddings, trainedDataset } from "../../runs/run-embeddings.ts";
import { withRun } from "../../runs/with-run.ts";
import { carriedInterests, movedBy, ranksOf, scorePool } from "./counterfactual.ts";
import type { Carried, ExplainedRecommendation, Explanation } from "./explanation.ts";
import { SharedFeatures } from "./features.ts";
import { type GroupContext, groupEvidence } from "./group-evidence.ts";
import { individualEvidence, leaveOneOut } from "./individual-evidence.ts";
import { nearestRows } from "./nearest-rows.ts";
import { explainSettings } from "./settings.ts";
import { twoInterests } from "./two-interests.ts";

export interface ExplainOptions extends Given<typeof explainSettings> {
  readonly report?: Report | undefined;
  /** Stops between two questions to the model. */
  readonly signal?: AbortSignal | undefined;
}

const STOPPED = "The explanation was stopped; it writes nothing. Run the same command again.";
/** Items among which ranks are counted. */
const POOL_SIZE = 100;

/**
 * Explain a run's recommendations for one user; the run by its directory or opened. @throws as `openRun` and
 * `openExplainer`.
 */
export async function explain(run: string | OpenRun, options: ExplainOptions): Promise<Explanation> {
  const { user, top, ...place } = settingsOf("explain", explainSettings, options);
  const { report, signal } = options;
  return withRun(
    run,
    place,
    async (opened) => {
      stopIf(signal, STOPPED);
      tellStaleness(opened, report ?? silent);
      refuseNewcomer(opened, user);
      const explainer = await openExplainer(opened, report);
      return explainer.explain({ userIndex: await userIndexOf(opened.dataset, user), top, signal });
    },
    { acceptsLater: true },
  );
}

/** @throws UsageError for somebody of whom the model learnt nothing. */
function refuseNewcomer({ directory, later }: OpenRun, user: string): void {
  if (later?.newcomers.has(user) !== true) return;
  throw new UsageError(
    `user ${user} came after ${directory} was trained, which has no interests of theirs to tell apart. Train again from it: isrf train ${later.staleness.dataset} --from ${directory} --out NEW.`,
  );
}

export interface ExplainRequest {
  readonly userIndex: number;
  readonly top: number;
  /** Items in the prompt, oldest first. Default: everything the dataset holds of the user. */
  readonly history?: Int32Array | undefined;
  /** Who recommends; default: the run's model, whose evidence it is in any case. */
  readonly by?: Recommender | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What explanations of several users share. It does not own `run`.
 * @throws UsageError for a model that cannot be explained; InputError when the run's embeddings are gone or changed.
 */
export async function openExplainer(run: OpenRun, report: Report = silent): Promise<Explainer> {
  const { explainer } = run.recommender;
  if (explainer === undefined)
    throw new UsageError(
      `${run.config.model} has no explanations: it has no individual and group interests to tell apart.`,
    );
  const embeddings = await openRunEmbeddings(run);
  if (embeddings === undefined)
    throw new UsageError(`${run.directory} was trained without texts: nothing tells which users are similar.`);
  return new Explainer(run, explainer, { embeddings, dataset: await trainedDataset(run) }, report);
}

/** Texts and vectors that the run was trained with, and the data beside which they lie. */
interface TrainedWith {
  readonly embeddings: Embeddings;
  readonly dataset: Dataset;
}

export class Explainer {
  private readonly run: OpenRun;
  private readonly scores: ScoreExplainer;
  private readonly trainedWith: TrainedWith;
  private readonly report: Report;
  private readonly features: SharedFeatures;

  constructor(run: OpenRun, scores: ScoreExplainer, trainedWith: TrainedWith, report: Report) {
    this.run = run;
    this.scores = scores;
    this.trainedWith = trainedWith;
    this.report = report;
    this.features = new SharedFeatures(run.dataset, run.split);
  }

  /** The first `top` recommendations of a user, each with its evidence. */
  async explain({
    userIndex,
    top,
    history = this.run.dataset.sequences[userIndex]!,
    by = this.run.recommender,
    signal,
  }: ExplainRequest): Promise<Explanation> {
    const { dataset, config } = this.run;
    const request = { userIndex, history };
    const [list] = await by.rankSequential([request], top);
    const items = list!.items;
    stopIf(signal, STOPPED);
    const pool = this.pool(items, history);
    const ranks = await scorePool(this.scores, request, pool);
    stopIf(signal, STOPPED);
    const falls = await leaveOneOut(this.scores, request, items);
    stopIf(signal, STOPPED);
    const context = await this.groupContext(userIndex);
    stopIf(signal, STOPPED);
    const carries = carriedInterests(this.scores, request);
    const texts = context.texts?.texts.get(userIndex);
    return {
      user: dataset.users[userIndex]!,
      task: "sequential",
      system: by.name,
      stale: this.run.later?.staleness,
      history: Array.from(history, (item) => itemCard(dataset.items[item]!)),
      texts: texts && { ...texts, by: context.texts!.source },
      carries,
      ...noteOf(carries, config.preset),
      pool: `${pool.length} items: the ${items.length} recommended ones and the most popular that the user does not have`,
      recommendations: Array.from(items, (item, position): ExplainedRecommendation => {
        const counterfactual = ranksOf(ranks, item);
        return {
          rank: position + 1,
          item: itemCard(dataset.items[item]!),
          score: list!.scores[position]!,
          individual: individualEvidence(dataset, this.features, falls, { item, position }),
          ...groupEvidence(context, item),
          ranks: counterfactual,
          moved: movedBy(counterfactual),
        };
      }),
      interests: this.interests(userIndex, context),
    };
  }

  /** The recommended items, filled up with the most popular unseen ones. */
  private pool(items: Int32Array, history: Int32Array): Int32Array {
    const { split, config } = this.run;
    const taken = new Set([...items, ...history]);
    const popular = popularityOrder(split, config.seed).filter((item) => !taken.has(item));
    return Int32Array.from([...items, ...popular.slice(0, Math.max(0, POOL_SIZE - items.length))]);
  }

  private async groupContext(userIndex: number): Promise<GroupContext> {
    const { dataset, split } = this.run;
    const { users, items } = this.trainedWith.embeddings;
    const neighbours = nearestRows(users, userIndex, this.scores.neighbours);
    const texts = await this.textsOf([userIndex, ...neighbours.map(({ index }) => index)]);
    return { dataset, split, features: this.features, texts, itemVectors: items, userIndex, neighbours };
  }

  /** Texts exist only where the vectors came from reasoning. */
  private async textsOf(users: readonly number[]): Promise<UserTexts | undefined> {
    const { dataset, embeddings } = this.trainedWith;
    if (embeddings.manifest.textsBy === "attributes") return undefined;
    try {
      return await readUserTexts(dataset.directory, dataset, users, this.report);
    } catch (error) {
      // The vectors are there, so an explanation without the texts is still one.
      if (error instanceof InputError) return undefined;
      throw error;
    }
  }

  private interests(userIndex: number, { neighbours }: GroupContext): Explanation["interests"] {
    const { users, items } = this.scores.interests;
    return twoInterests({
      items: this.run.dataset.items,
      itemInterests: items,
      individual: row(users, userIndex),
      neighbours: neighbours.map(({ index }) => row(users, index)),
    });
  }
}

/** Preset small follows the paper's form, where the interests shape training but stand in no sequential prompt. */
function noteOf({ individual, group }: Carried, preset: string): { note?: string | undefined } {
  const missing = [individual ? undefined : "individual", group ? undefined : "group"].filter(
    (name) => name !== undefined,
  );
  if (missing.length === 0) return {};
  const names = missing.join(" and no ");
  return {
    note: `Sequential prompts of this run (preset ${preset}) carry no ${names} interest of the user: there it acts through the losses of training alone, and what it did to a rank cannot be measured by taking it away.`,
  };
}
