// What is measured at each size. Commands run as built; trainings are begun and stopped after some steps, since epochs
// of large shops take hours: what one step takes and how many an epoch has is what one needs to know.
import { join } from "node:path";
import { ROOT } from "../engine/processes.ts";

export interface Step {
  /** For the record: the command, or what is done. */
  readonly what: string;
  /** Words behind `node`. */
  words(directory: string, threads: number): string[];
  /** Removed before, below the size's directory. */
  readonly replaces?: string;
}

const CLI = join(ROOT, "dist/cli/main.js");
const own = (name: string, ...words: string[]) => ["--import", "tsx", join(ROOT, "bench/sizes", name), ...words];
const shop = (directory: string) => join(directory, "shop");

/** Pairs per step where an epoch has twenty million: each step goes through the whole graph, however few it holds. */
const LARGE_BATCH = 262_144;

export const STEPS = {
  import: {
    what: "isrf data import --interactions ratings.csv --items movies.csv --out shop",
    words: (directory) => [
      CLI,
      ...["data", "import", "--interactions", join(directory, "ratings.csv"), "--items", join(directory, "movies.csv")],
      ...["--out", shop(directory), "--quiet"],
    ],
    replaces: "shop",
  },
  stats: { what: "isrf data stats shop", words: (directory) => [CLI, "data", "stats", shop(directory), "--quiet"] },
  audit: { what: "isrf data audit shop", words: (directory) => [CLI, "data", "audit", shop(directory), "--quiet"] },
  yardsticks: {
    what: "popularity, Markov-1 and item-kNN: counted, and asked by every user for 20 of all items",
    words: (directory) => own("ask-yardsticks.ts", shop(directory)),
  },
  reason: { what: "isrf reason shop (offline)", words: (directory) => [CLI, "reason", shop(directory), "--quiet"] },
  embed: { what: "isrf embed shop (LSA)", words: (directory) => [CLI, "embed", shop(directory), "--quiet"] },
  similar: {
    what: "50 similar users of each, exact",
    words: (directory) => own("find-similar.ts", shop(directory), "exact"),
  },
  "similar-approximate": {
    what: "50 similar users of each, approximate",
    words: (directory) => own("find-similar.ts", shop(directory), "approximate"),
  },
  lightgcn: {
    what: `LightGCN mini with batch=${LARGE_BATCH}, begun`,
    words: (directory, threads) =>
      own(
        "begin-training.ts",
        shop(directory),
        join(directory, "lightgcn"),
        "lightgcn",
        String(threads),
        "6",
        `{"batch":${LARGE_BATCH}}`,
      ),
    replaces: "lightgcn",
  },
  isrf: {
    what: "ISRF mini with warmStartSteps=5 and neighbourSearch=approximate, begun",
    words: (directory, threads) =>
      own(
        "begin-training.ts",
        ...[shop(directory), join(directory, "isrf"), "isrf", String(threads), "33"],
        '{"warmStartSteps":5,"warmStartBatch":262144,"neighbourSearch":"approximate"}',
      ),
    replaces: "isrf",
  },
} as const satisfies Readonly<Record<string, Step>>;

export type StepName = keyof typeof STEPS;
