// Who gives the first recommendations: the model, or what needs no training where that is ahead on the validation
// items. Test items have no say: what the evaluation reads of them would be too good.
import { answeredBy } from "../../runs/answered-by.ts";
import type { OpenRun } from "../../runs/run.ts";
import { openRunEmbeddings } from "../../runs/run-embeddings.ts";
import type { Answerer, Contest } from "../chain/index.ts";
import { evaluateRecommender } from "../evaluate/index.ts";
import { verdictsOf } from "./verdict.ts";

export interface ChoosingOptions {
  /** Who is to answer, whatever the contest would say. */
  readonly model?: string | undefined;
  /** Users who are asked about; default: at most `MOST_USERS`. */
  readonly users?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** More users would tell the two apart better, and take the time of the training. */
const MOST_USERS = 1000;

/** @throws UsageError for an unknown name */
export async function chooseAnswerer(
  run: OpenRun,
  { model, users = MOST_USERS, signal }: ChoosingOptions,
): Promise<{ readonly answerer: Answerer; readonly run: OpenRun }> {
  if (model !== undefined) {
    return { answerer: { name: model, why: "asked for" }, run: await answeredBy(run, { model }, signal) };
  }
  const contest = await contestOf(run, Math.min(users, MOST_USERS), signal);
  const name = contest !== undefined && contest.best.value > contest.model.value ? contest.best.name : run.config.model;
  return { answerer: { name, why: "won on validation", contest }, run: await answeredBy(run, { model: name }, signal) };
}

async function contestOf(run: OpenRun, users: number, signal: AbortSignal | undefined): Promise<Contest | undefined> {
  const { recommender, dataset, split, config } = run;
  const record = await evaluateRecommender({
    recommender,
    dataset,
    split,
    splitName: "valid",
    tasks: ["sequential"],
    users: Math.min(users, split.nUsers),
    protocol: config.protocol,
    itemEmbeddings: (await openRunEmbeddings(run))?.items,
    signal,
  });
  const [verdict] = verdictsOf(record);
  if (verdict?.best === undefined) return undefined;
  return { cut: verdict.cut, users: verdict.users, model: verdict.model, best: verdict.best };
}
