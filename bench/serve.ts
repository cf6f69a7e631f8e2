// How many requests `isrf serve` answers, and how long each takes: the server as a process of its own, the load beside
// it on loopback, bounded in connections and time.
//   npm run bench:serve -- RUN [--seconds 10] [--connections 16] [--soak 600] [--dataset DIR] [--out FILE]
// Wall time on a busy machine tells more of its neighbours than of us: load stands beside each figure.
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { writeJsonAtomic } from "../src/base/files.ts";
import { openRun } from "../src/runs/run.ts";
import { origin } from "./engine/results.ts";
import { type Figures, press, type Request } from "./serve/load.ts";
import { memoryOf, type Served, startServed } from "./serve/process.ts";
import { soak } from "./serve/soak.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: "string", default: "10" },
    connections: { type: "string", default: "16" },
    threads: { type: "string", default: "2" },
    soak: { type: "string", default: "0" },
    dataset: { type: "string" },
    cli: { type: "string", default: "dist/cli/main.js" },
    out: { type: "string" },
  },
});
const [run] = positionals;
if (run === undefined) throw new Error("expected a run directory");
const [seconds, connections, soakSeconds] = [values.seconds, values.connections, values.soak].map(Number) as [
  number,
  number,
  number,
];
const opened = await openRun(run, { dataset: values.dataset });
const { users, items } = opened.dataset;
await opened.recommender.dispose();

const post = (path: string, body: object): Request => ({ method: "POST", path, body: JSON.stringify(body) });
/** Users far apart, so that neighbours in the data do not follow each other. */
const userAt = (at: number) => users[(at * 7919) % users.length]!;
const recommend = (at: number, more: object = {}) => post("/v1/recommendations", { user: userAt(at), ...more });
let events = 0;
const event = (at: number) =>
  post("/v1/events", { id: `bench-${events++}`, user: userAt(at), item: items[at % items.length]!.itemId });

const store = await mkdtemp(join(tmpdir(), "isrf-bench-"));
const figures: Figures[] = [];
const measure = async (name: string, server: Served, next: (at: number) => Request, on = connections) => {
  const found = await press({ name, server, next, connections: on, seconds });
  figures.push(found);
  console.log(
    `${name}: ${found.requestsPerSecond.toFixed(0)} requests/s, p50 ${found.p50.toFixed(1)} ms, p99 ${found.p99.toFixed(1)} ms, ${found.failed} failed, ${found.processorMs.toFixed(2)} ms of processor each (load ${found.loadPerCore.toFixed(1)} a core)`,
  );
};

const flags = ["--threads", values.threads, "--store", store, ...(values.dataset ? ["--dataset", values.dataset] : [])];
const fresh = await startServed(values.cli, run, [...flags, "--cache", "0"]);
await press({ name: "warm-up", server: fresh, next: recommend, connections, seconds: Math.min(5, seconds) });
await measure("every answer made anew", fresh, recommend);
await measure("one at a time", fresh, recommend, 1);
await measure("with a filter", fresh, (at) => recommend(at, { filter: { price: { max: 20 } } }));
await measure("one event each, durable", fresh, event);
await fresh.stop();
const kept = await startServed(values.cli, run, flags);
await press({ name: "fill", server: kept, next: (at) => recommend(at % 100), connections, seconds: 2 });
await measure("kept answers of 100 users", kept, (at) => recommend(at % 100));
const memory = memoryOf(kept.pid);
const soaked =
  soakSeconds > 0 ? await soak(kept, soakSeconds, (at) => (at % 5 === 0 ? event(at) : recommend(at))) : undefined;
await kept.stop();
await rm(store, { recursive: true });

const { matmulPeakGflops: _, ...about } = origin(0);
const results = {
  command: `npm run bench:serve -- RUN --seconds ${seconds} --connections ${connections} --threads ${values.threads} --soak ${soakSeconds}`,
  ...about,
  machine: { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version },
  run: { model: opened.config.model, preset: opened.config.preset, users: users.length, items: items.length },
  figures,
  memoryMiB: memory,
  soak: soaked,
};
if (values.out !== undefined) await writeJsonAtomic(values.out, results);
