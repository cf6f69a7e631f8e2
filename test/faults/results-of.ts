// What a place holds, as text to compare: bytes of artifacts by hash, records without their times.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exists, sha256, sha256File } from "../../src/base/files.ts";
import type { CommandName, Place } from "./ground.ts";
import { words } from "./ground.ts";

/** What each command has made in a place; "absent" where there is nothing. */
export const RESULTS: Readonly<Record<CommandName, (place: Place) => Promise<string>>> = {
  import: (place) => tables(place.path("imported")),
  reason: answers,
  embed: (place) => hashes(place.path("shop", "embeddings", "lsa"), ["items.safetensors", "users.safetensors"]),
  train: (place) => training(place.path("run")),
  evaluate: (place) => record(place.path("run", "evaluation.json")),
  study: (place) => study(place.path("study")),
};

export function tables(dataset: string): Promise<string> {
  return hashes(dataset, ["interactions.parquet", "items.parquet", "users.parquet", "candidates.parquet"]);
}

/** The best model of a run and everything that was measured on the way to it. */
export async function training(run: string): Promise<string> {
  const current = await readFile(join(run, "checkpoint", "current.json"), "utf8").catch(() => undefined);
  if (current === undefined) return "absent";
  const { best } = JSON.parse(current) as { best?: string };
  if (best === undefined) return "unfinished";
  return `${await hashes(join(run, "checkpoint", best), ["model.safetensors"])} ${await measured(join(run, "metrics.jsonl"))}`;
}

/** The lines of a log by what they say; other fields may hold sums of what stands before them. */
async function measured(path: string): Promise<string> {
  const lines = (await readFile(path, "utf8")).trim().split("\n");
  return sha256(lines.map((line) => JSON.stringify((JSON.parse(line) as { figures: unknown }).figures)).join("\n"));
}

async function answers(place: Place): Promise<string> {
  if (!(await exists(place.path("shop", "reasoning")))) return "absent";
  // Elsewhere: the place's own disk may be full.
  const folder = await mkdtemp(join(tmpdir(), "isrf-fault-"));
  const out = join(folder, "answers.jsonl");
  const { code, stderr } = await place.isrf([...words("reason-export shop --out"), out]);
  const text = await readFile(out, "utf8").catch(() => "");
  await rm(folder, { recursive: true });
  if (code !== 0) return `unreadable: ${stderr}`;
  const lines = text.trim().split("\n");
  const said = lines.map((line) => {
    const { key, text } = JSON.parse(line) as { key: string; text: string };
    return `${key} ${text}`;
  });
  return `${lines.length} answers ${sha256(said.sort().join("\n"))}`;
}

/** A JSON record without the times that measuring took and the sums that cover them. */
export async function record(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  return text === undefined ? "absent" : timeless(text);
}

const PASSING = new Set(["seconds", "checksum", "sha256", "bytes", "file", "files", "createdAt", "peakMemoryMiB"]);

export function timeless(json: string): string {
  return JSON.stringify(JSON.parse(json, (key, value) => (PASSING.has(key) ? undefined : value)));
}

async function study(folder: string): Promise<string> {
  const files = (await readdir(folder, { recursive: true }).catch(() => [])).filter((file) =>
    file.endsWith("evaluation.json"),
  );
  const records = await Promise.all(
    files.sort().map(async (file) => metricsOf(await readFile(join(folder, file), "utf8"))),
  );
  return files.length === 0 ? "absent" : records.join("\n");
}

/** The parts of an evaluation that do not name its folder. */
function metricsOf(json: string): string {
  return (timeless(json).match(/"metrics":\{[^{}]*(\{[^{}]*\}[^{}]*)*\}/g) ?? []).join();
}

async function hashes(folder: string, files: readonly string[]): Promise<string> {
  const all = await Promise.all(files.map((file) => sha256File(join(folder, file)).catch(() => "absent")));
  return all.every((hash) => hash === "absent") ? "absent" : all.map((hash) => hash.slice(0, 12)).join(" ");
}
