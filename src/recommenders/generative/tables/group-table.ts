// The table of group interests: users on the graph of semantically similar users.
import type { Matrix } from "../../../base/matrix.ts";
import { type Report, silent } from "../../../base/progress.ts";
import { Random } from "../../../base/random.ts";
import { percent } from "../../../base/written-numbers.ts";
import {
  approximateSimilarUsers,
  type KeptSimilarUsers,
  type SimilarUsers,
  similarUsers,
} from "../../../embedding/index.ts";
import { type AdamWOptions, type CompileOptions, Parameters } from "../../../engine/index.ts";
import { groupInterests, groupUsers } from "../../../interests/group-interests.ts";
import { PropagatedTable } from "../../../interests/propagated-table.ts";
import { relationMatrix, type SelfLoop } from "../../../interests/user-graph.ts";
import type { SharedWork } from "../../../training/shared-work.ts";
import type { PreparationContext, TrainingData } from "../examples/training-data.ts";
import { carryGroup } from "../from-run/interests.ts";
import type { GenerativeOptions } from "../options/options.ts";
import { interestOptimiser } from "./individual-table.ts";
import { sharedNeighbours } from "./shared-tables.ts";
import { textsOf } from "./texts.ts";

/** Optimiser of H^(0). */
export function groupOptimiser(options: GenerativeOptions): AdamWOptions {
  const { groupLearningRate, interestLearningRate } = options;
  return { ...interestOptimiser(options), learningRate: groupLearningRate || interestLearningRate };
}

/** `individual` is the table that `groupStart` individual starts from. */
export async function groupTable(
  data: TrainingData,
  context: PreparationContext,
  individual: PropagatedTable | undefined,
): Promise<PropagatedTable> {
  const { options, seed } = context;
  const nUsers = data.prefixes.length;
  const size = nUsers * options.width;
  const find = () => findSimilarUsers(textsOf(data).users, context);
  const words = () =>
    `${Math.min(options.neighbours, nUsers - 1)} of ${nUsers} users for each, ${options.neighbourSearch}`;
  const similar = await (context.clock?.time("similar users", find, words) ?? find());
  const isIndividual = options.groupStart === "individual" && individual !== undefined;
  const parameters = new Parameters();
  parameters.add(
    groupUsers(nUsers, options.width),
    isIndividual ? individual.value.slice(0, size) : Random.of(seed, "group").normals(size, options.groupSigma),
  );
  if (context.before !== undefined) carryGroup(parameters, context.before);
  return PropagatedTable.create({
    rows: nUsers,
    width: options.width,
    build: groupInterests(relationMatrix(similar, selfLoopOf(options, similar.k)), {
      width: options.width,
      layers: options.groupLayers,
      includesSelf: options.groupSelf,
    }),
    parameters,
    optimiser: groupOptimiser(options),
    compile: context.compile,
  });
}

/** Where `k` users were found; with fewer than were asked for, nobody has to make room for the user. */
export function selfLoopOf({ groupSelfLoop, groupSelfAmong, neighbours }: GenerativeOptions, k: number): SelfLoop {
  if (!groupSelfLoop) return "none";
  return groupSelfAmong && k === neighbours ? "among" : "besides";
}

/** The last search in each set of vectors: two parts of a training read the same neighbours, and a search is dear. */
const searches = new WeakMap<
  Matrix,
  { readonly neighbours: number; readonly how: string; readonly found: SimilarUsers }
>();

/** The `neighbours` most similar users of each, by the search that the options name. */
export async function findSimilarUsers(users: Matrix, context: SimilarUsersContext): Promise<SimilarUsers> {
  const { neighbours, neighbourSearch: how } = context.options;
  const last = searches.get(users);
  if (last?.neighbours === neighbours && last.how === how) return last.found;
  const inputs = { users, neighbours, how, seed: context.seed };
  const found =
    (await context.keptSimilarUsers?.find({ users, neighbours, search: how, report: context.report })) ??
    (await sharedNeighbours(context.shared, inputs, () => searchSimilarUsers(users, context)));
  searches.set(users, { neighbours, how, found });
  return found;
}

/** What a search needs to know. */
export interface SimilarUsersContext {
  readonly options: Pick<GenerativeOptions, "neighbours" | "neighbourSearch">;
  readonly seed: number;
  readonly shared?: SharedWork | undefined;
  /** What was found beforehand. */
  readonly keptSimilarUsers?: Pick<KeptSimilarUsers, "find"> | undefined;
  /** By how many threads is searched. */
  readonly compile?: Pick<CompileOptions, "threads"> | undefined;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

async function searchSimilarUsers(
  users: Matrix,
  { options, seed, compile, report = silent, signal }: SimilarUsersContext,
): Promise<SimilarUsers> {
  const { neighbours, neighbourSearch } = options;
  report({ kind: "stage", stage: "similar users", detail: `top ${neighbours} by cosine, ${neighbourSearch}` });
  const k = Math.min(neighbours, users.rows - 1);
  const how = { threads: compile?.threads, report, signal };
  if (neighbourSearch === "exact") return similarUsers(users, k, how);
  const found = await approximateSimilarUsers(users, k, { ...how, seed });
  report({
    kind: "notice",
    message: `${percent(found.recall, 1)} of the exact neighbours were found, measured on a sample of users.`,
  });
  return found;
}
