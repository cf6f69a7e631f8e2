// Every kind of job: a small input, the command line that hands it out, and what it must leave, byte for byte.
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sha256File } from "../../../src/base/files.ts";
import { LlmServer } from "../../support/llm-server.ts";
import { done, type Place, words } from "../ground.ts";
import { RESULTS, record, tables, training } from "../results-of.ts";
import { embeddingServer } from "./embedding-server.ts";

/** A model server that counts its answers. */
export interface ModelServer extends AsyncDisposable {
  readonly environment: Readonly<Record<string, string>>;
  readonly answers: number;
}

export interface Paid {
  start(): Promise<ModelServer>;
  /** How long the server takes over an answer. */
  readonly delayMs: number;
  /** Calls that one worker has under way at most. */
  readonly atOnce: number;
}

export interface Work {
  /** The kind of job. */
  readonly kind: string;
  /** Makes the input in a place, by commands that do without workers. */
  readonly prepare: readonly string[];
  readonly files?: Readonly<Record<string, string>> | undefined;
  /** What the user types, but for where workers are. */
  readonly command: readonly string[];
  /** A sum of what it made. */
  result(place: Place): Promise<string>;
  readonly paid?: Paid | undefined;
}

const CALL_MS = 60;

const STUDY = `study-compare:
  datasets: [shop]
  seeds: [1]
  probe: false
  trials: 2
  preset: tiny
  threads: 1
  users: 20
  systems:
    - model: sasrec
      set: { epochs: 3, width: 8, checkpointEvery: 1, batch: 32 }
      grid: [{ dropout: 0.1 }, { dropout: 0.2 }]
    - { model: lightgcn, set: { epochs: 2, width: 8 } }
`;

/** Purchases of 150 users, from file to file. */
const LISTS = Object.fromEntries(
  Array.from({ length: 8 }, (_, file) => {
    const rows = Array.from({ length: 1500 }, (__, row) => {
      const n = 1500 * file + row;
      const [user, visit] = [n % 150, Math.floor(n / 150)];
      return `user-${user},item-${(user * 7 + visit * (1 + (user % 5))) % 100},${1_600_000_000 + n}`;
    });
    return [`buys-${file}.csv`, ["user,item,timestamp", ...rows, ""].join("\n")];
  }),
);

/** A run whose answers come in blocks of few users. */
const TRAINED = [
  "data synth --users 768 --items 60 --seed 5 --out shop",
  "train shop --model rsl-proxy --preset tiny --set width=16 --set batch=256 --set validationUsers=5 --set visitsPerEpoch=1 --epochs 1 --seed 1 --threads 1 --out run",
];

export const WORKS: readonly Work[] = [
  {
    kind: "recommend",
    prepare: TRAINED,
    command: words("recommend run --all-users --top 3 --threads 1 --out answers.csv"),
    result: (place) => sumOf(place, "answers.csv"),
  },
  {
    kind: "rank",
    prepare: TRAINED,
    command: words("evaluate run --no-yardsticks --threads 1"),
    result: async (place) => {
      const names = await readdir(place.path("run"));
      const ranks = names.filter((name) => name.startsWith("ranks")).sort();
      const sums = await Promise.all(ranks.map((name) => sumOf(place, join("run", name))));
      return [await record(place.path("run", "evaluation.json")), ...sums].join(" ");
    },
  },
  {
    kind: "embed",
    prepare: ["data synth --users 90 --items 240 --seed 3 --out shop"],
    command: words("embed shop --encoder ollama:m --item-text attributes --user-text attributes --name made"),
    result: (place) => vectors(place, "made"),
    paid: {
      delayMs: CALL_MS,
      atOnce: 2,
      async start() {
        const server = await embeddingServer(CALL_MS);
        return Object.assign(server, { environment: { OLLAMA_HOST: server.address } });
      },
    },
  },
  {
    kind: "import-file",
    prepare: [],
    files: LISTS,
    command: words("data import --interactions buys-*.csv --glob --k-core 1 --min-length 3 --out imported"),
    result: (place) => tables(place.path("imported")),
  },
  {
    kind: "reason",
    prepare: ["data synth --users 20 --items 60 --seed 4 --out shop"],
    command: words("reason shop --llm openai:scripted --concurrency 2 --shard-size 10"),
    result: (place) => RESULTS.reason(place),
    paid: {
      delayMs: CALL_MS,
      atOnce: 2,
      start: () => LlmServer.start(() => ({ kind: "answer", delayMs: CALL_MS })),
    },
  },
  {
    kind: "similar-users",
    prepare: [
      "data synth --users 6000 --items 60 --seed 3 --out shop",
      "embed shop --encoder random --dimensions 48 --seed 7 --name made --item-text attributes --user-text attributes",
    ],
    command: words("similar-users shop --embeddings made --neighbours 15 --threads 1"),
    result: similarUsers,
  },
  {
    kind: "study-cell",
    prepare: ["data synth --users 40 --items 80 --seed 5 --out shop"],
    files: { "study.yaml": STUDY },
    command: words("study compare --config study.yaml --out study"),
    result: async (place) => {
      const paths = await readdir(place.path("study"), { recursive: true });
      const runs = paths.filter((path) => path.endsWith(join("checkpoint", "current.json"))).sort();
      const models = runs.map((path) => training(place.path("study", path, "..", "..")));
      return [await RESULTS.study(place), ...(await Promise.all(models))].join(" ");
    },
  },
];

export async function prepare({ prepare: commands, files = {} }: Work, place: Place): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(place.path(name), text);
  for (const line of commands) await done(place.isrf(words(line)));
}

function sumOf(place: Place, file: string): Promise<string> {
  return sha256File(place.path(file)).catch(() => "absent");
}

async function vectors(place: Place, name: string): Promise<string> {
  const folder = join("shop", "embeddings", name);
  const sums = ["items", "users"].map((side) => sumOf(place, join(folder, `${side}.safetensors`)));
  return (await Promise.all(sums)).join(" ");
}

async function similarUsers(place: Place): Promise<string> {
  const folder = join("shop", "embeddings", "made", "similar-users");
  const searches = await readdir(place.path(folder)).catch(() => []);
  const sums = searches.sort().map((search) => sumOf(place, join(folder, search, "similar-users.safetensors")));
  return (await Promise.all(sums)).join(" ");
}
