// L1, L3, L4, L6: measured on the lists that training was given, which the run has stored.
import { percent } from "../../base/written-numbers.ts";
import { heldOutPairs, type Split, type TrainingView } from "../../data/index.ts";
import { absent, type Finding, found, notMeasurable } from "./finding.ts";

const UNKNOWN = "the run stored no record of what training was given (made by an older version)";

/** Held-out pairs among edges, pairs and spared negatives of `view`. */
export function trainingLeaks(view: TrainingView | undefined, split: Split): Finding[] {
  if (view === undefined) return (["L1", "L3", "L6"] as const).map((leak) => notMeasurable(leak, UNKNOWN));
  return [edges(view, split), validationEdges(view, split), explanations(view, split), spared(view, split)];
}

function edges(view: TrainingView, split: Split): Finding {
  const graph = heldOutPairs(view.graph, split);
  const pairs = heldOutPairs(view.prefixes, split);
  const users = split.nUsers;
  const total = view.graph.reduce((sum, items) => sum + items.length, 0);
  return found(
    "L1",
    graph.testUsers + pairs.testUsers > 0,
    `the pair of user and test item is a graph edge for ${graph.testUsers} of ${users} users (${percent(graph.testUsers / users)}) and stands in the training sequence of ${pairs.testUsers}; graph: ${view.description.graph}, ${total} edges`,
    { edges: total, testEdges: graph.testUsers, testPairs: pairs.testUsers, share: graph.testUsers / users },
  );
}

function validationEdges(view: TrainingView, split: Split): Finding {
  const graph = heldOutPairs(view.graph, split);
  const pairs = heldOutPairs(view.prefixes, split);
  return found(
    "L3",
    graph.validUsers + pairs.validUsers > 0,
    `the pair of user and validation item is a graph edge for ${graph.validUsers} users (${percent(graph.validUsers / split.nUsers)}) and stands in the training sequence of ${pairs.validUsers}: epochs are chosen by it`,
    { validEdges: graph.validUsers, validPairs: pairs.validUsers, share: graph.validUsers / split.nUsers },
  );
}

function explanations({ explained }: TrainingView, split: Split): Finding {
  if (explained === undefined)
    return absent("L4", "the model learns no sentences, so no prompt shows a pair of user and held-out item");
  const { testUsers, validUsers } = heldOutPairs(explained, split);
  const total = explained.reduce((sum, items) => sum + items.length, 0);
  return found(
    "L4",
    testUsers + validUsers > 0,
    `of ${total} pairs whose sentences are learnt, ${testUsers} are of a user and the test item (${percent(testUsers / split.nUsers)} of all users), ${validUsers} of a user and the validation item`,
    { pairs: total, test: testUsers, valid: validUsers, share: testUsers / split.nUsers },
  );
}

function spared(view: TrainingView, split: Split): Finding {
  const { testUsers, validUsers } = heldOutPairs(view.spared, split);
  return found(
    "L6",
    testUsers + validUsers > 0,
    `the test item is never drawn as a negative of ${testUsers} users, the validation item of ${validUsers}; negatives are drawn ${view.description.negatives}`,
    { test: testUsers, valid: validUsers },
  );
}
