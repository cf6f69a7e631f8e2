// Leaks and defects that can be measured on a dataset alone (docs/protocols.md), and signs that its files were misread
// (docs/data.md), each with its number.
import { decimals, percent } from "../base/written-numbers.ts";
import type { AuditCheck, Verdict } from "./audit-check.ts";
import { type IdRuleHits, idRuleHits, newMaxima } from "./audit-id-order.ts";
import { misreadings } from "./audit-misreadings.ts";
import { splitChecks } from "./audit-split.ts";
import { candidateDamage, readCandidates } from "./candidates.ts";
import type { Candidates, Dataset, Split } from "./dataset.ts";
import { NEGATIVES_PER_USER } from "./draw-candidates.ts";
import { loadReviews } from "./explanations/explanations-file.ts";
import type { SentenceSource } from "./explanations/sentence-source.ts";
import { heldOutPairs } from "./protocols/held-out-pairs.ts";
import { trainingView } from "./protocols/training-view.ts";
import { NO_ITEM, splitOf, trainingCounts } from "./split.ts";
import { median } from "./statistics.ts";

export interface Audit {
  /** The worst verdict of the checks. */
  readonly verdict: Verdict;
  readonly checks: readonly AuditCheck[];
}

/** The id rule must stay below this HR@10 (docs/protocols.md, "Checks of every evaluation"). */
const ID_RULE_LIMIT = 0.02;
/** Targets this many times as popular as the median item make popularity a strong rule in direct recommendation. */
const POPULARITY_GAP_LIMIT = 1.5;
const COLD_LIMIT = 0.02;

/** Run every check. @throws InputError when the candidates cannot be read at all. */
export async function auditDataset(dataset: Dataset): Promise<Audit> {
  const split = splitOf(dataset);
  const candidates: Candidates[] = [];
  for (const name of ["valid", "test"] as const) {
    for (const kind of ["uniform", "popularity"] as const) candidates.push(await readCandidates(dataset, name, kind));
  }
  const reviews = await loadReviews(dataset);
  const own = Int32Array.from(dataset.items.keys());
  const source = Int32Array.from(dataset.items, ({ sourceNumber }) => sourceNumber);
  const sourceNumbers = "The source's numbers";
  const checks: AuditCheck[] = [
    { leak: "L2", ...idOrder("id-order", "The product's own numbers", idRuleHits(split, own), "fail") },
    { leak: "L2", ...idOrder("source-id-order", sourceNumbers, idRuleHits(split, source), "warn") },
    {
      leak: "L3",
      ...idOrder("source-id-order-valid", sourceNumbers, idRuleHits(split, source, "valid"), "warn", "validation"),
    },
    firstAppearance(dataset, source),
    reviewSplit(dataset, split, reviews),
    ...(reviews === undefined ? [] : [explanations(dataset, split, reviews)]),
    splitOverlap(split),
    duplicates(dataset),
    coldTargets(split),
    ...candidates.map((set) => candidateCheck(dataset, set)),
    ...(split.test.includes(NO_ITEM)
      ? []
      : [popularityGap(split, candidates.find((set) => set.split === "test" && set.kind === "uniform")!)]),
    ...(await splitChecks(dataset, split)),
    ...(await misreadings(dataset)),
  ];
  const has = (verdict: Verdict) => checks.some((check) => check.verdict === verdict);
  return { verdict: has("fail") ? "fail" : has("warn") ? "warn" : "ok", checks };
}

/** Above the limit counts only when chance cannot explain it: ten guesses among few items hit often. */
function idOrder(name: string, whose: string, hits: IdRuleHits, worst: Verdict, item = "test"): AuditCheck {
  const { hitRate1, hitRate5, hitRate10, ndcg5, ndcg10, chance10, users } = hits;
  const noise = 3 * Math.sqrt((chance10 * (1 - chance10)) / users);
  const tells = hitRate10 >= ID_RULE_LIMIT && hitRate10 > chance10 + noise;
  const finding = `${whose} ${tells ? "tell what comes next" : "do not give the next item away"}: the rule "highest own number + 1, + 2, ..." finds ${percent(hitRate1)} of the ${item} items at rank 1 and ${percent(hitRate10)} in ten (chance ${percent(chance10)}), NDCG@5 ${decimals(ndcg5)}, NDCG@10 ${decimals(ndcg10)}.`;
  const numbers = {
    "HR@1": hitRate1,
    "HR@5": hitRate5,
    "HR@10": hitRate10,
    "NDCG@5": ndcg5,
    "NDCG@10": ndcg10,
    chance10,
  };
  return { name, verdict: tells ? worst : "ok", finding, numbers };
}

/** The cause of a telling order: numbers given while whole sequences were scanned. */
function firstAppearance({ sequences }: Dataset, source: Int32Array): AuditCheck {
  const { total, consecutive } = newMaxima(sequences, source);
  const isScanned = total > 1 && consecutive === total;
  return {
    name: "source-numbering",
    leak: "L2",
    verdict: isScanned ? "warn" : "ok",
    finding: `${consecutive} of ${total} new highest source numbers are the old highest + 1: items ${isScanned ? "were numbered by first appearance over whole sequences, held-out items included" : "were not numbered by first appearance in this order"}.`,
    numbers: { newMaxima: total, consecutive },
  };
}

/** What protocol `paper` would put into its graph; nothing that this dataset does to a strict run. */
function reviewSplit(dataset: Dataset, split: Split, reviews: SentenceSource | undefined): AuditCheck {
  const { graph, description } = trainingView("paper", dataset, split, undefined, reviews);
  const { testUsers, validUsers } = heldOutPairs(graph, split);
  // holder[item] === user + 1: the graph joins it to the user at hand. Users may have thousands of items.
  const holder = new Int32Array(split.nItems);
  let truePairs = 0;
  graph.forEach((items, user) => {
    for (const item of items) holder[item] = user + 1;
    for (const item of split.prefixes[user]!) if (holder[item] === user + 1) truePairs++;
  });
  const trainingPairs = split.prefixes.reduce((sum, prefix) => sum + prefix.length, 0);
  const edges = graph.reduce((sum, items) => sum + items.length, 0);
  return {
    name: "review-split",
    leak: "L1",
    verdict: "ok",
    finding: `Under protocol paper the graph (${description.graph}) would hold ${percent(testUsers / split.nUsers)} of the test pairs and ${percent(validUsers / split.nUsers)} of the validation pairs, and lack ${percent(1 - truePairs / trainingPairs)} of the training pairs.`,
    numbers: { edges, testUsers, validUsers, missingTrainingPairs: trainingPairs - truePairs },
  };
}

/** What the third task would learn and be asked of; a strict run learns the first figure alone. */
function explanations(dataset: Dataset, { prefixes, valid, test }: Split, reviews: SentenceSource): AuditCheck {
  const has = (user: number, item: number) => Number(reviews.of(user, item) !== undefined);
  const sum = (counts: Iterable<number>) => [...counts].reduce((total, count) => total + count, 0);
  const training = sum(prefixes.map((items, user) => sum(Array.from(items, (item) => has(user, item)))));
  const [testSentences, validSentences] = [test, valid].map((items) =>
    sum(Array.from(items, (item, user) => has(user, item))),
  ) as [number, number];
  const { sentences, withFeature, leftOut } = dataset.manifest.explanations!;
  const omitted = sum(leftOut.map(({ count }) => count));
  return {
    name: "explanations",
    leak: "L4",
    verdict: training === 0 ? "warn" : "ok",
    finding: `${sentences} sentences of reviews, ${withFeature} with a feature: ${training} on training items, which a strict run may learn, ${validSentences} on validation and ${testSentences} on test items, which it may not; ${omitted} records of the files were left out.`,
    numbers: { sentences, withFeature, training, valid: validSentences, test: testSentences, leftOut: omitted },
  };
}

function splitOverlap(split: Split): AuditCheck {
  let overlaps = 0;
  for (let user = 0; user < split.nUsers; user++) {
    const prefix = split.prefixes[user]!;
    const twins = split.valid[user] === split.test[user];
    if (twins || prefix.includes(split.valid[user]!) || prefix.includes(split.test[user]!)) overlaps++;
  }
  return {
    name: "split-overlap",
    verdict: overlaps === 0 ? "ok" : "fail",
    finding: `${overlaps} users have a held-out item in their own training prefix.`,
    numbers: { users: overlaps },
  };
}

function duplicates(dataset: Dataset): AuditCheck {
  const repeats = dataset.sequences.filter((sequence) => new Set(sequence).size < sequence.length).length;
  const users = dataset.users.length - new Set(dataset.users).size;
  const items = dataset.items.length - new Set(dataset.items.map((item) => item.itemId)).size;
  const titles = dataset.items.flatMap((item) => (item.title === undefined ? [] : [item.title]));
  const sameTitle = titles.length - new Set(titles).size;
  const sequences = dataset.sequences.length - new Set(dataset.sequences.map((sequence) => sequence.join(" "))).size;
  const broken = repeats + users + items;
  return {
    name: "duplicates",
    verdict: broken > 0 ? "fail" : sequences > 0 ? "warn" : "ok",
    finding: `${repeats} users repeat an item, ${users} user ids and ${items} item ids occur twice; ${sequences} histories equal another one; ${sameTitle} titles are shared.`,
    numbers: { usersWithRepeats: repeats, userIds: users, itemIds: items, histories: sequences, titles: sameTitle },
  };
}

function coldTargets(split: Split): AuditCheck {
  const trained = trainingCounts(split);
  const cold = (targets: Int32Array) => targets.filter((item) => trained[item] === 0).length;
  const test = cold(split.test);
  const valid = cold(split.valid);
  const share = Math.max(test, valid) / split.nUsers;
  return {
    name: "cold-targets",
    verdict: share > COLD_LIMIT ? "warn" : "ok",
    finding: `${test} test and ${valid} validation items (at most ${percent(share)} of the users) occur in nobody's training prefix; they count as misses for models without item texts.`,
    numbers: { test, valid, share },
  };
}

function candidateCheck(dataset: Dataset, set: Candidates): AuditCheck {
  const damage = candidateDamage(set.negatives, set.perUser, dataset.sequences, dataset.items.length);
  const few = set.perUser < NEGATIVES_PER_USER;
  return {
    name: `candidates-${set.split}-${set.kind}`,
    leak: "L8",
    verdict: damage !== undefined ? "fail" : few ? "warn" : "ok",
    finding: damage ?? `${set.perUser} distinct negatives for each user, none of them owned.`,
    numbers: { perUser: set.perUser, users: set.negatives.length / set.perUser },
  };
}

/** Negatives are uniform, targets are popular: how far popularity alone goes (docs/protocols.md, L12). */
function popularityGap(split: Split, candidates: Candidates): AuditCheck {
  const trained = trainingCounts(split);
  const ofTargets = median(split.test.map((item) => trained[item]!).sort());
  const ofItems = median(trained.slice().sort());
  const hitRate10 = popularityHitRate(split, candidates, trained, 10);
  const ratio = ofItems === 0 ? Number.POSITIVE_INFINITY : ofTargets / ofItems;
  return {
    name: "popularity-gap",
    leak: "L12",
    verdict: ratio > POPULARITY_GAP_LIMIT ? "warn" : "ok",
    finding: `Test items have a median of ${ofTargets} training interactions, items in general ${ofItems}; ranking the uniform candidates by popularity alone gives HR@10 ${decimals(hitRate10)}. Compare models with popularity and use the second candidate set.`,
    numbers: { targetMedian: ofTargets, itemMedian: ofItems, "popularityHR@10": hitRate10 },
  };
}

/** Ties share their ranks evenly: a target tied across rank k counts for the share of its tied ranks within k. */
function popularityHitRate(split: Split, candidates: Candidates, trained: Int32Array, k: number): number {
  let hits = 0;
  for (let user = 0; user < split.nUsers; user++) {
    const count = trained[split.test[user]!]!;
    let above = 0;
    let tied = 1;
    for (let j = 0; j < candidates.perUser; j++) {
      const other = trained[candidates.negatives[user * candidates.perUser + j]!]!;
      if (other > count) above++;
      else if (other === count) tied++;
    }
    hits += Math.max(0, Math.min(1, (k - above) / tied));
  }
  return hits / split.nUsers;
}
