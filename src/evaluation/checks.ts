// The automatic checks of the strict protocol that can be seen from data and lists. Each returns a
// record, so that a report can show what was checked; `assertChecks` fails the run.
import { decimals } from "../base/written-numbers.ts";
import { heldOutPairs, type Split } from "../data/index.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { binomialTwoSided, binomialUpper, chiSquareUpper } from "./special-functions.ts";

export interface Check {
  readonly name: string;
  /** "unknown": it could not be measured, as `detail` says; that fails nothing and passes nothing. */
  readonly verdict: "ok" | "fail" | "unknown";
  /** The measured figure in words. */
  readonly detail: string;
}

/**
 * Below this it is no chance that the positive's positions are not uniform, or that a rule without knowledge finds more
 * than chance. These follow from fixed seeds and the number of users alone: of thousands of sizes of data some lie
 * below .001 by chance, and would be refused for ever. What a fault makes of them lies far lower.
 */
const FAULT_P_VALUE = 1e-6;
/** A rule that only counts item numbers up may not exceed this HR@10 in a large catalogue. */
const ID_CANARY_HIT_RATE = 0.02;
/** Beyond so many standard errors a control has not failed by chance (1 in 16,000, where users are many). */
export const CONTROL_ERRORS = 4;
/** Expected users per bin of a chi-square test (Cochran 1954). */
const USERS_PER_BIN = 5;

/** No held-out item of a user is in the same user's training prefix. */
export function checkSplitOverlap(train: readonly Int32Array[], valid: Int32Array, test: Int32Array): Check {
  const leaked = train.filter((prefix, user) => prefix.includes(valid[user]!) || prefix.includes(test[user]!)).length;
  return {
    name: "held-out items are absent from training prefixes",
    verdict: verdict(leaked === 0),
    detail: `${leaked} of ${train.length} users with a held-out item in the training prefix`,
  };
}

/** Nothing that training was given about a user names the user's held-out items: `what` is "graph edges", and so on. */
export function checkTrainingLists(
  what: string,
  lists: readonly Int32Array[],
  { valid, test }: Pick<Split, "valid" | "test">,
): Check {
  const { testUsers, validUsers } = heldOutPairs(lists, { valid, test });
  return {
    name: `held-out items are absent from ${what}`,
    verdict: verdict(testUsers + validUsers === 0),
    detail: `${testUsers} of ${lists.length} users with their test item, ${validUsers} with their validation item there`,
  };
}

/** What `isrf data split` made to be asked for is in no list that training was given about the asked user. */
export function checkAsked(
  what: string,
  lists: readonly Int32Array[],
  { users, targets }: { readonly users: Int32Array; readonly targets: Int32Array },
): Check {
  const leaked = users.reduce((sum, user, i) => sum + Number(lists[user]?.includes(targets[i]!) ?? false), 0);
  return {
    name: `answers to the questions are absent from ${what}`,
    verdict: verdict(leaked === 0),
    detail: `${leaked} of ${users.length} asked users with their answer there`,
  };
}

/** Items that were held out altogether are in nobody's list. */
export function checkColdItems(what: string, lists: readonly Int32Array[], coldItems: Int32Array): Check {
  const isCold = new Set(coldItems);
  const leaked = lists.reduce((sum, list) => sum + list.reduce((own, item) => own + Number(isCold.has(item)), 0), 0);
  return {
    name: `cold items are absent from ${what}`,
    verdict: verdict(leaked === 0),
    detail: `${leaked} occurrences of ${coldItems.length} cold items`,
  };
}

/** Users who were held out altogether are none of those that training has. */
export function checkNewUsers(ids: readonly string[], trained: ReadonlySet<string>): Check {
  const known = ids.filter((id) => trained.has(id)).length;
  return {
    name: "new users stand in no training",
    verdict: verdict(known === 0),
    detail: `${known} of ${ids.length} asked new users are among the users of training`,
  };
}

/** Said after every list and metric has been checked one by one, which throws at the first that is wrong. */
export function checkLists(lists: number): Check {
  return {
    name: "lists hold no item twice, and metrics keep their order and increments",
    verdict: "ok",
    detail: `${lists} lists`,
  };
}

/** A scorer that draws its scores finds the target as often as chance, by a binomial's exact p: also of few users. */
export function checkRandomScorer(hitRate: number, chance: number, users: number): Check {
  const pValue = binomialTwoSided(Math.round(hitRate * users), users, chance);
  return {
    name: "a random scorer reaches chance",
    verdict: verdict(pValue > FAULT_P_VALUE),
    detail: `HR@10 ${decimals(hitRate)}, chance ${decimals(chance)}, p = ${pValue.toPrecision(3)}`,
  };
}

/** One question per user: `perUser` items in `questions[u * perUser + j]`, all distinct, the target among them once. */
export function checkCandidates(questions: Int32Array, perUser: number, targets: Int32Array): Check {
  let bad = 0;
  targets.forEach((target, user) => {
    const question = questions.subarray(user * perUser, (user + 1) * perUser);
    if (new Set(question).size !== perUser || !question.includes(target)) bad++;
  });
  return {
    name: "candidates are distinct and hold the target once",
    verdict: verdict(bad === 0 && questions.length === targets.length * perUser),
    detail: `${bad} of ${targets.length} questions differ from ${perUser} distinct items with the target`,
  };
}

/** The stored list is what it was before the evaluation (a shared list that grows ruins every later result). */
export function checkUnchanged(before: string, after: string): Check {
  return {
    name: "stored candidates are unchanged after evaluation",
    verdict: verdict(before === after),
    detail:
      before === after
        ? `SHA-256 ${before.slice(0, 12)}`
        : `SHA-256 ${before.slice(0, 12)} became ${after.slice(0, 12)}`,
  };
}

/**
 * Chi-square test that the target's place among `slots` is uniform. Slots are merged so that each bin expects at
 * least 5 users; with fewer than 10 users nothing can be said.
 */
export function checkPositions(positions: Int32Array, slots: number): Check {
  const name = "the target's position among the candidates is uniform";
  const bins = Math.min(slots, Math.floor(positions.length / USERS_PER_BIN));
  if (bins < 2) return { name, verdict: "unknown", detail: `${positions.length} users are too few to test` };
  const counts = new Float64Array(bins);
  const expected = new Float64Array(bins);
  for (let slot = 0; slot < slots; slot++) expected[Math.floor((slot * bins) / slots)]! += positions.length / slots;
  for (const position of positions) counts[Math.floor((position * bins) / slots)]!++;
  const statistic = counts.reduce((sum, count, bin) => sum + (count - expected[bin]!) ** 2 / expected[bin]!, 0);
  const pValue = chiSquareUpper(statistic, bins - 1);
  return {
    name,
    verdict: verdict(pValue > FAULT_P_VALUE),
    detail: `chi-square ${decimals(statistic, 1)}, ${bins} bins, p = ${pValue.toPrecision(3)}`,
  };
}

export interface IdCanary {
  /** HR@10 of the rule "max own number + 1, + 2, ..." on the item numbers that the model is given. */
  readonly hitRate: number;
  /** HR@10 of a random order of the same answer space. */
  readonly chance: number;
  readonly users: number;
}

/**
 * Item numbers tell (almost) nothing about what comes next. The protocol's limit of .02 means catalogues of
 * thousands of items; where chance alone comes near it, the limit is twice chance and three standard errors. A few
 * users who are above it by luck are no fault: twice chance must explain them worse than one time in a million.
 */
export function checkIdCanary({ hitRate, chance, users }: IdCanary): Check {
  const limit = Math.max(ID_CANARY_HIT_RATE, 2 * chance + 3 * Math.sqrt((chance * (1 - chance)) / Math.max(1, users)));
  const isLuck = binomialUpper(Math.round(hitRate * users), users, Math.min(1, 2 * chance)) > FAULT_P_VALUE;
  return {
    name: "item numbers do not give the answer away",
    verdict: verdict(hitRate < limit || isLuck),
    detail: `id rule HR@10 ${decimals(hitRate)}, limit ${decimals(limit)}, chance ${decimals(chance)}`,
  };
}

/** @throws EvaluationError naming every check that failed. */
export function assertChecks(checks: readonly Check[], where: string): void {
  const failed = checks.filter((check) => check.verdict === "fail");
  if (failed.length === 0) return;
  throw new EvaluationError({
    rule: failed.map(({ name }) => name).join("; "),
    where,
    found: failed.map(({ detail }) => detail).join("; "),
    expected: "every automatic check of the strict protocol to pass",
  });
}

function verdict(holds: boolean): Check["verdict"] {
  return holds ? "ok" : "fail";
}
