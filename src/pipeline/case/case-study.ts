// Gathers a case: the truth is held out from everything that is asked here.
import { UsageError } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import { readReasoningManifest } from "../../reasoning/index.ts";
import type { EvidenceSource, SequentialRequest } from "../../recommenders/recommender.ts";
import { popularityOrder } from "../../recommenders/yardsticks/index.ts";
import { itemCard } from "../../runs/item-card.ts";
import { openOptions, type Place } from "../../runs/open-options.ts";
import { type OpenRun, openRun, userIndexOf } from "../../runs/run.ts";
import { trainedDataset } from "../../runs/run-embeddings.ts";
import { ranksOf, scorePool } from "../explain/counterfactual.ts";
import { openUserContexts } from "../explain/index.ts";
import { interestsOf, ownTexts } from "../explain/user-context.ts";
import { type ChainWriting, type ShownChain, showChain, writingOf } from "../reason/index.ts";
import type { CaseItem, CaseList, CaseRanks, CaseRecord } from "./case-record.ts";
import { categoriesOf, isOfNewCategory } from "./categories.ts";
import { chooseUser, historyOf, RULE, requireNextItems } from "./choose-user.ts";

export interface CaseOptions extends Place {
  /** Run of ISRF. */
  readonly run: string;
  /** Run that it is set beside, such as ELMRec's, on the same data. */
  readonly other?: string | undefined;
  /** Default: by `RULE`. */
  readonly user?: string | undefined;
  readonly top: number;
  readonly report?: Report | undefined;
}

/** Similar users that are shown. */
const SHOWN_NEIGHBOURS = 5;
/** Places that are looked through for the truth: as many as an evaluation's lists have. */
const SEARCHED = 20;
const POOL = 100;

/**
 * @throws UsageError for a run without texts, runs of different data, an unknown user, nobody to choose, or data whose
 *   test items are no user's next.
 */
export async function caseStudy(options: CaseOptions): Promise<CaseRecord> {
  const { report = silent } = options;
  const place = openOptions(options);
  const run = await openRun(options.run, place);
  let other: OpenRun | undefined;
  try {
    requireNextItems(run);
    other = options.other === undefined ? undefined : await openRun(options.other, place);
    if (other !== undefined && other.dataset.hash !== run.dataset.hash)
      throw new UsageError(`${other.directory}: trained on other data than ${run.directory}.`);
    const user =
      options.user === undefined ? await chooseUser(run, other) : await userIndexOf(run.dataset, options.user);
    report({ kind: "stage", stage: "case", detail: `user ${run.dataset.users[user]}` });
    const runs = other === undefined ? [run] : [run, other];
    return await gather(run, runs, user, { ...options, report });
  } finally {
    await run.recommender.dispose();
    await other?.recommender.dispose();
  }
}

async function gather(
  run: OpenRun,
  runs: readonly OpenRun[],
  user: number,
  { top, report, user: named }: CaseOptions & { readonly report: Report },
): Promise<CaseRecord> {
  const { dataset, split, recommender } = run;
  const truth = split.test[user]!;
  const history = historyOf(run, user);
  const known = categoriesOf(history.map((item) => dataset.items[item]!));
  const shown = (item: number): CaseItem => {
    const found = dataset.items[item]!;
    return { ...itemCard(found), isTruth: item === truth, isNew: isOfNewCategory(found, known) };
  };
  const { explainer, evidence } = recommender;
  const nearest = evidence?.neighbours ?? explainer?.neighbours ?? SHOWN_NEIGHBOURS;
  const context = await (await openUserContexts(run, nearest, report)).of(user);
  const { users, items } = explainer?.interests ?? recommender.vectors ?? {};
  const place = { dataset: await trainedDataset(run) };
  const isReasoned = ownTexts(context) !== undefined;
  const chain = async (kind: "item" | "user", index: number): Promise<ShownChain | undefined> =>
    isReasoned ? showChain({ ...place, kind, index }) : undefined;
  const userChain = await chain("user", user);
  return {
    format: 1,
    kind: "case study",
    dataset: dataset.manifest.name,
    user: dataset.users[user]!,
    rule: named === undefined ? RULE : "named by the user",
    truth: shown(truth),
    history: history.map((item) => itemCard(dataset.items[item]!)),
    told: toldOf(runs, dataset.items[truth]!.itemId, userChain),
    userChain,
    itemChain: await chain("item", truth),
    chainsBy: isReasoned ? await chainsWriting(place.dataset.directory) : undefined,
    neighbours: context.neighbours.slice(0, SHOWN_NEIGHBOURS).map(({ index, cosine }) => ({
      userId: dataset.users[index]!,
      cosine,
      shares: newCategories(run, index, known),
    })),
    interests: users && items && interestsOf(context, { users, items }),
    lists: await Promise.all(runs.map((one) => listOf(one, { user, history, truth, top, shown }))),
    ranks: await ranksWithout(run, user, history, truth),
  };
}

function newCategories({ dataset, split }: OpenRun, user: number, known: ReadonlySet<string>): string[] {
  const all = categoriesOf(Array.from(split.prefixes[user]!, (item) => dataset.items[item]!));
  return [...all].filter((category) => !known.has(category));
}

/** What was told of the truth before anything was asked here, in sentences. */
function toldOf(runs: readonly OpenRun[], truth: string, userChain: ShownChain | undefined): string[] {
  const told: string[] = [];
  for (const { directory, config } of runs) {
    if (config.protocol === "paper")
      told.push(`${directory} was trained under protocol paper, which shows training held-out items.`);
    if (config.embeddings?.userHistory === "full")
      told.push(`${directory} reads texts of users that were made from full histories, held-out items included.`);
  }
  if (userChain?.shownItems?.includes(truth))
    told.push("The questions of the user's chain below list it among the user's items.");
  return told;
}

async function chainsWriting(directory: string): Promise<ChainWriting | undefined> {
  return writingOf(await readReasoningManifest(directory), directory);
}

interface Asked {
  readonly user: number;
  readonly history: readonly number[];
  readonly truth: number;
  readonly top: number;
  readonly shown: (item: number) => CaseItem;
}

async function listOf({ directory, recommender, dataset }: OpenRun, asked: Asked): Promise<CaseList> {
  const { user, history, truth, top, shown } = asked;
  const searched = Math.min(SEARCHED, dataset.items.length - history.length);
  const request = { userIndex: user, history: Int32Array.from(history) };
  const [list] = await recommender.rankSequential([request], searched);
  const at = list!.items.indexOf(truth);
  const items = Array.from(list!.items.subarray(0, top), shown);
  return { run: directory, system: recommender.name, items, rank: at < 0 ? undefined : at + 1, searched };
}

/** Where the system tells what it says without an interest. */
async function ranksWithout(
  { recommender: { explainer, evidence }, split, config, dataset }: OpenRun,
  userIndex: number,
  history: readonly number[],
  truth: number,
): Promise<CaseRanks | undefined> {
  const request = { userIndex, history: Int32Array.from(history) };
  if (evidence !== undefined) return evidenceRanks(evidence, request, truth, dataset.items.length - history.length);
  if (explainer === undefined) return undefined;
  const taken = new Set([truth, ...history]);
  const popular = popularityOrder(split, config.seed).filter((item) => !taken.has(item));
  const pool = Int32Array.from([truth, ...popular.slice(0, POOL - 1)]);
  const scores = await scorePool(explainer, request, pool);
  return ranksOf(scores, truth);
}

/** Of a sum of evidence: the same without the terms of one interest. */
async function evidenceRanks(
  evidence: EvidenceSource,
  request: SequentialRequest,
  truth: number,
  pool: number,
): Promise<CaseRanks> {
  const rankOf = async (without: readonly string[]): Promise<number> => {
    const [list] = await evidence.without(without).rankSequential([request], pool);
    const at = list!.items.indexOf(truth);
    return at < 0 ? pool : at + 1;
  };
  const lacking = async (term: string) => (evidence.terms.includes(term) ? rankOf([term]) : undefined);
  return {
    pool,
    actual: await rankOf([]),
    withoutIndividual: await lacking("individual"),
    withoutGroup: await lacking("group"),
  };
}
