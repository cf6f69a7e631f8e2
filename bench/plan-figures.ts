// What `isrf plan` must know beside times: tokens of a question and bytes of what lies on disk, on a synthetic shop.
//   npx tsx bench/plan-figures.ts [--users 2000] [--items 1500] [--out results/plan-figures.json]
// Texts are those of rules and vectors those of LSA: a language model's texts are longer, vectors are as long.
import { mkdtempSync, rmSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeJsonAtomic } from "../src/base/files.ts";
import { openDataset, splitOf, synthesiseShop } from "../src/data/index.ts";
import { embed } from "../src/pipeline/embed/index.ts";
import { reason } from "../src/pipeline/reason/index.ts";
import {
  BUILT_IN_PROMPTS,
  estimateTokens,
  itemSubject,
  type Subject,
  userSubject,
  walkChain,
} from "../src/reasoning/index.ts";
import { ROOT } from "./engine/processes.ts";
import { origin } from "./engine/results.ts";

const { values } = parseArgs({
  options: {
    users: { type: "string", default: "2000" },
    items: { type: "string", default: "1500" },
    seed: { type: "string", default: "2026" },
    out: { type: "string", default: join(ROOT, "results/plan-figures.json") },
  },
});

/** An answer of the length that models give. */
const ANSWER =
  "Users who enjoy simple, durable and practical products for everyday use at home and on the way, and who value good quality at a fair price, are likely to appreciate this one, in particular those with an active life.";

const folder = mkdtempSync(join(tmpdir(), "isrf-plan-"));
try {
  const shop = join(folder, "shop");
  const seed = Number(values.seed);
  await synthesiseShop({ users: Number(values.users), items: Number(values.items), seed, out: shop });
  const dataset = await openDataset(shop);
  const split = splitOf(dataset);
  const { interactions } = dataset.manifest.counts;
  const features = dataset.items.map(() => ANSWER);
  const bytes: Record<string, number> = { datasetOfAnInteraction: (await bytesIn(shop)) / interactions };
  const tokens: Record<string, Record<string, number>> = {};
  for (const version of ["figures-6-7/3", "one-call/1", "one-call/2"]) {
    const items = dataset.items.map((_, i) => itemSubject(dataset, i));
    const users = dataset.users.map((_, u) => userSubject(dataset, split, features, u, { seed }));
    tokens[version] = { item: await tokensOf(items, version), user: await tokensOf(users, version) };
  }
  await reason({ dataset });
  const subjects = dataset.items.length + dataset.users.length;
  bytes.journalOfASubject = (await bytesIn(join(shop, "reasoning"))) / subjects;
  const { directory } = await embed({ dataset: shop });
  bytes.vectorsOfASubject = (await bytesIn(directory)) / subjects;
  const { commit, date } = origin(0);
  const { users, items } = values;
  const settings = { users, items, seed };
  const command = "npx tsx bench/plan-figures.ts";
  await writeJsonAtomic(values.out, { command, commit, date, settings, interactions, tokens, bytes });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Of all questions about one subject, on average. */
async function tokensOf(subjects: readonly Subject[], version: string): Promise<number> {
  const prompts = BUILT_IN_PROMPTS[version]!;
  let total = 0;
  for (const subject of subjects) {
    const asked = new Set<string>();
    await walkChain(subject, { domain: "product", prompts }, ({ system = "", prompt }) => {
      if (!asked.has(prompt)) total += estimateTokens(`${system} ${prompt}`);
      asked.add(prompt);
      return ANSWER;
    });
  }
  return total / subjects.length;
}

async function bytesIn(path: string): Promise<number> {
  const names = await readdir(path, { recursive: true });
  const sizes = await Promise.all(names.map(async (name) => stat(join(path, name))));
  return sizes.filter((each) => each.isFile()).reduce((sum, { size }) => sum + size, 0);
}
