// What it saves and costs to ask about one of several similar subjects, at several thresholds, with texts by rule: how
// many calls fall away, how near adapted texts' vectors are to those of own texts, and what vectors of all texts find,
// as `whitening.ts` looks at it. Nothing is trained, and nothing is written into DATASET.
//   npx tsx scripts/similar-subjects.ts DATASET [--thresholds .95,.9,.8] [--users 1500] [--seed 2026] [--out FILE]
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { origin } from "../bench/engine/results.ts";
import { writeJsonAtomic } from "../src/base/files.ts";
import { cosine, type Matrix, row } from "../src/base/matrix.ts";
import { Random } from "../src/base/random.ts";
import { openDataset, splitOf } from "../src/data/index.ts";
import { fitLsa, hubness, neighbourAgreement, similarUsers } from "../src/embedding/index.ts";
import { nearestSubjects, SimilarSubjects } from "../src/pipeline/reason/similar-subjects.ts";
import {
  fromCalls,
  isComplete,
  itemSubject,
  offlineReasoner,
  type PartialChain,
  type Subject,
  userSubject,
  walkChain,
} from "../src/reasoning/index.ts";
import { mixOf, quality, rankBy } from "./rows-quality.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    thresholds: { type: "string", default: ".95,.9,.85,.8,.7" },
    users: { type: "string", default: "1500" },
    seed: { type: "string", default: "2026" },
    out: { type: "string" },
  },
});
const [directory] = positionals;
if (directory === undefined) throw new Error("expected a dataset");
const { matmulPeakGflops: _, ...about } = origin(0);
const dataset = await openDataset(directory);
const split = splitOf(dataset);
const { prefixes, valid } = split;
const seed = Number(values.seed);
const drawn = Random.of(seed, "whitening")
  .shuffle([...dataset.users.keys()])
  .slice(0, Number(values.users));
const taken = Array.from(valid, (item) => (item < 0 ? [] : [item]));
const reasoner = offlineReasoner(dataset, split);
const options = { dataset, split, seed, adaptItems: 0, adaptUsers: 0 };
const nearest = await nearestSubjects(options);
const subjects = {
  items: dataset.items.map((_, i) => itemSubject(dataset, i)),
  users: dataset.users.map((_, u) => userSubject(dataset, split, [], u, options)),
};
const UNITS = ["items", "users"] as const;
const chainOf = (subject: Subject) =>
  walkChain(
    subject,
    dataset.manifest.domain,
    fromCalls((request) => reasoner.complete(request)),
  );
const own = { items: [] as PartialChain[], users: [] as PartialChain[] };
for (const unit of UNITS) for (const subject of subjects[unit]) own[unit].push(await chainOf(subject));

interface Taken {
  readonly chains: PartialChain[];
  readonly adapted: number[];
  readonly followers: number;
}

function textsAt(unit: (typeof UNITS)[number], threshold: number | undefined): Taken {
  const likeness = { adaptItems: threshold, adaptUsers: threshold };
  const similar = SimilarSubjects.among(nearest, { ...options, ...likeness }, own);
  const adapted: number[] = [];
  let followers = 0;
  const chains = own[unit].map((chain, index) => {
    if (similar.leaderOf(unit, index) !== index) followers++;
    const found = similar.textsFor(subjects[unit][index]!);
    if (found === undefined) return chain;
    adapted.push(index);
    return found.texts;
  });
  return { chains, adapted, followers };
}

/** Own texts with the names that adapted ones begin with: what names alone do. */
function namedTexts(): Taken {
  const chains = own.items.map((chain, index) => {
    const { title, brand, categories = [] } = dataset.items[index]!;
    const names = [brand, categories.at(-1)].filter((name) => name !== undefined).join(", ");
    return { ...chain, feature: `${title ?? ""} (${names}): ${chain.feature}` };
  });
  return { chains, adapted: [], followers: 0 };
}

const featuresOf = (chains: readonly PartialChain[]) => chains.map((chain) => chain.feature ?? "");

/** Mean cosine of the vectors of adapted and own texts, of those that were adapted. */
function agreement(adapted: readonly number[], now: Matrix, before: Matrix): number {
  const sum = adapted.reduce((total, index) => total + cosine(row(now, index), row(before, index)), 0);
  return sum / Math.max(1, adapted.length);
}

const rows = [];
const lsa = await fitLsa(featuresOf(own.items), { seed });
const before = { items: await lsa.encode(featuresOf(own.items)), users: await lsa.encode(featuresOf(own.users)) };
if (!own.items.every(isComplete)) throw new Error("rules wrote no text about an item");
/** Whom the own texts find, by user. */
let ownRanks: ReadonlyMap<number, number> | undefined;
for (const at of ["none", "named", ...values.thresholds.split(",")]) {
  const threshold = at === "none" || at === "named" ? undefined : Number(at);
  const items = at === "named" ? namedTexts() : textsAt("items", threshold);
  const users = textsAt("users", threshold);
  const space = at === "none" ? lsa : await fitLsa(featuresOf(items.chains), { seed });
  const vectors = {
    items: await space.encode(featuresOf(items.chains)),
    users: await space.encode(featuresOf(users.chains)),
  };
  // In one space: that of everybody's own texts.
  const inOwn = {
    items: await lsa.encode(featuresOf(items.chains)),
    users: await lsa.encode(featuresOf(users.chains)),
  };
  const table = { data: vectors.items.data, count: vectors.items.rows, width: vectors.items.columns };
  const ranks = drawn.flatMap((u) => {
    const [target] = taken[u]!;
    const history = [...prefixes[u]!];
    if (target === undefined) return [];
    const weights = history.map((_, i) => 0.8 ** (history.length - 1 - i));
    return [{ user: u, target, rank: rankBy(mixOf(table, history, weights), table, target, new Set(history)) }];
  });
  const adaptedItems = new Set(items.adapted);
  const all = quality(ranks.map(({ rank }) => rank));
  ownRanks ??= new Map(ranks.map(({ user, rank }) => [user, rank]));
  const asked = ranks.filter(({ target }) => adaptedItems.has(target));
  const similar = await similarUsers(vectors.users, 50);
  rows.push({
    texts: at,
    items: {
      similar: items.followers,
      adapted: items.adapted.length,
      cosineWithOwn: agreement(items.adapted, inOwn.items, before.items),
    },
    users: {
      similar: users.followers,
      adapted: users.adapted.length,
      cosineWithOwn: agreement(users.adapted, inOwn.users, before.users),
    },
    hr10: all.hitRate,
    ndcg10: all.ndcg,
    adaptedTargets: {
      users: asked.length,
      hr10: quality(asked.map(({ rank }) => rank)).hitRate,
      hr10ByOwnTexts: quality(asked.map(({ user }) => ownRanks!.get(user)!)).hitRate,
    },
    neighboursShare: neighbourAgreement(similar, taken),
    skewness: hubness(similar).skewness,
  });
  console.log(JSON.stringify(rows.at(-1)));
}
if (values.out !== undefined) {
  const command = `npx tsx scripts/similar-subjects.ts ${dataset.manifest.name} --thresholds ${values.thresholds} --users ${values.users} --seed ${values.seed}`;
  const machine = { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version };
  await writeJsonAtomic(values.out, { command, ...about, machine, texts: reasoner.label, rows });
}
