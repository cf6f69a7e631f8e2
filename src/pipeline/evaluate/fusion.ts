// Score-level fusion beside a run, direct task: a graph model with the texts' and the neighbours' scores, and the same
// with the run's own model. The weights are chosen on validation questions; test questions play no part in them.
import type { Matrix } from "../../base/matrix.ts";
import { type Report, silent } from "../../base/progress.ts";
import { EVALUATION_SEED } from "../../base/seeds.ts";
import { type Dataset, loadCandidates, type Split } from "../../data/index.ts";
import { emptyRanks, enterRank, LONGEST_RANK, meanMetrics } from "../../evaluation/index.ts";
import type { DirectRequest, Recommender } from "../../recommenders/recommender.ts";
import {
  addScores,
  type FusedPart,
  fused,
  logItemKnn,
  ordered,
  type Part,
  standardisedScores,
  textCosine,
} from "../../recommenders/yardsticks/index.ts";
import type { System } from "./evaluate-options.ts";
import { directQuestions, lastItems, type Panel, sampleOf } from "./questions.ts";

export interface FusionOptions {
  readonly dataset: Dataset;
  readonly split: Split;
  /** Its scores have weight 1. */
  readonly graph: Recommender;
  /** The evaluated model, where it is another: it is added on top. */
  readonly model?: Recommender | undefined;
  /** Without vectors the fusion goes without texts. */
  readonly itemEmbeddings?: Matrix | undefined;
  /** Default `EVALUATION_SEED`. */
  readonly seed?: number | undefined;
  readonly report?: Report | undefined;
}

/** Validation users that the weights are chosen on; all where there are fewer. */
const CHOOSING_USERS = 3000;
/** Weights beside the graph model's 1 that are tried for every part. */
const WEIGHTS = [0, 0.25, 0.5, 1] as const;

/** The fusion without the model, and with it where one is given. Both hold on to `graph` and `model`. */
export async function fusionsOf(options: FusionOptions): Promise<System[]> {
  const { split, graph, model, itemEmbeddings, seed = EVALUATION_SEED, report = silent } = options;
  report({ kind: "stage", stage: "fuse", detail: `weights for ${graph.name} on validation items` });
  const questions = await choosingQuestions(options, seed);
  const parts: Part[] = [
    { recommender: graph },
    { recommender: logItemKnn({ split }) },
    ...(itemEmbeddings === undefined ? [] : [{ recommender: textCosine(itemEmbeddings) }]),
  ];
  const without = await chooseWeights(parts, questions);
  const systems = [fusedSystem(without)];
  if (model === undefined) return systems;
  // A generative model pays for every place of a list.
  const together = await chooseWeights([...parts, { recommender: model, depth: LONGEST_RANK }], questions);
  return [...systems, fusedSystem(together)];
}

interface Choosing {
  readonly requests: readonly DirectRequest[];
  readonly panel: Panel;
}

async function choosingQuestions({ dataset, split }: FusionOptions, seed: number): Promise<Choosing> {
  const panel = sampleOf(lastItems(dataset, split, "valid"), CHOOSING_USERS, seed);
  const { requests } = directQuestions(panel, await loadCandidates(dataset, "valid", "uniform"), seed);
  return { requests: requests as readonly DirectRequest[], panel };
}

/** Weights with the best NDCG@10, the first part's being 1; of equal ones the smaller. */
async function chooseWeights(parts: readonly Part[], { requests, panel }: Choosing): Promise<FusedPart[]> {
  const scores: Float64Array[][] = [];
  for (const part of parts) scores.push(await standardisedScores(part, requests));
  let best: { readonly weights: readonly number[]; readonly quality: number } | undefined;
  for (const weights of combinations(parts.length - 1)) {
    const totals = requests.map(({ candidates }) => new Float64Array(candidates.length));
    [1, ...weights].forEach((weight, part) => {
      if (weight !== 0) addScores(totals, scores[part]!, weight);
    });
    const quality = ndcg(totals, requests, panel);
    if (best === undefined || quality > best.quality) best = { weights: [1, ...weights], quality };
  }
  return parts.map((part, i) => ({ ...part, weight: best!.weights[i]! }));
}

function combinations(length: number): number[][] {
  if (length === 0) return [[]];
  return combinations(length - 1).flatMap((head) => WEIGHTS.map((weight) => [...head, weight]));
}

function ndcg(totals: readonly Float64Array[], requests: readonly DirectRequest[], panel: Panel): number {
  const ranks = emptyRanks(requests.length);
  requests.forEach(({ candidates }, i) => {
    enterRank(ranks, i, ordered(candidates, totals[i]!, LONGEST_RANK), panel.targets[i]!);
  });
  return meanMetrics(ranks)["NDCG@10"];
}

function fusedSystem(parts: readonly FusedPart[]): System {
  const used = parts.filter(({ weight }) => weight > 0);
  const words = parts.map(({ recommender, weight }) => `${weight} ${recommender.name}`).join(" + ");
  const name = `fused: ${parts.map(({ recommender }) => recommender.name).join(" + ")}`;
  return { recommender: fused(name, used), kind: "fused", fusion: `${words}; weights chosen on validation items` };
}
