// The table of group interests: users on the graph of semantically similar users.
import type { Matrix } from "../../../base/matrix.ts";
import { silent } from "../../../base/progress.ts";
import { Random } from "../../../base/random.ts";
import { percent } from "../../../base/written-numbers.ts";
import { approximateSimilarUsers, type SimilarUsers, similarUsers } from "../../../embedding/index.ts";
import { Parameters } from "../../../engine/index.ts";
import { groupInterests, groupUsers } from "../../../interests/group-interests.ts";
import { PropagatedTable } from "../../../interests/propagated-table.ts";
import { relationMatrix } from "../../../interests/user-graph.ts";
import type { PreparationContext, TrainingData } from "../examples/training-data.ts";
import { carryGroup } from "../from-run/interests.ts";
import { interestOptimiser } from "./individual-table.ts";
import { textsOf } from "./texts.ts";

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
    isIndividual ? individual.value.slice(0, size) : Random.of(seed, "group").normals(size),
  );
  if (context.before !== undefined) carryGroup(parameters, context.before);
  return PropagatedTable.create({
    rows: nUsers,
    width: options.width,
    build: groupInterests(relationMatrix(similar), {
      width: options.width,
      layers: options.groupLayers,
      includesSelf: options.groupSelf,
    }),
    parameters,
    optimiser: interestOptimiser(options),
    compile: context.compile,
  });
}

async function findSimilarUsers(
  users: Matrix,
  { options, seed, report = silent, signal }: PreparationContext,
): Promise<SimilarUsers> {
  const { neighbours, neighbourSearch } = options;
  report({ kind: "stage", stage: "similar users", detail: `top ${neighbours} by cosine, ${neighbourSearch}` });
  const k = Math.min(neighbours, users.rows - 1);
  const how = { report, signal };
  if (neighbourSearch === "exact") return similarUsers(users, k, how);
  const found = await approximateSimilarUsers(users, k, { ...how, seed });
  report({
    kind: "notice",
    message: `${percent(found.recall, 1)} of the exact neighbours were found, measured on a sample of users.`,
  });
  return found;
}
