// A tiny shop and a run, made once by the built command line; every trial works on a copy.
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exists } from "../../src/base/files.ts";
import { BUILT, type Ended, type Running, type Surroundings, start } from "./command.ts";

/** Flags of `isrf train`: about twenty steps, with a checkpoint every few. */
export const TOY = words(
  "--preset tiny --set width=16 --set warmStartEpochs=1 --set validationUsers=20 --set batch=64 --set sequenceEpochs=3",
  "--set checkpointEvery=3 --epochs 1 --threads 1",
);

export const STUDY = `study-compare:
  datasets: [shop]
  seeds: [1]
  probe: false
  trials: 1
  preset: tiny
  threads: 1
  users: 20
  systems:
    - { model: sasrec, set: { epochs: 1, width: 8, batch: 64 } }
    - { model: lightgcn, set: { epochs: 1, width: 8 } }
`;

/** Every command that leaves something behind, and what it leaves, by the names used in a place. */
export const COMMANDS = {
  import: words("data import --interactions buys.csv --k-core 1 --min-length 3 --out imported"),
  reason: words("reason shop"),
  embed: words("embed shop --dimensions 16"),
  train: [...words("train shop --out run"), ...TOY],
  evaluate: words("evaluate run --dataset shop --threads 1 --users 40"),
  study: words("study compare --config study.yaml --out study"),
} as const;

export type CommandName = keyof typeof COMMANDS;

/** The finished form of everything: `shop`, `imported`, `run` (evaluated), `half` (a stopped training), `study`. */
export interface Ground {
  readonly folder: string;
  /** A user of `shop`. */
  readonly user: string;
  /** How long each command takes here when it is left alone. */
  readonly seconds: Readonly<Record<CommandName, number>>;
  /** Remembers what an unharmed place answers. */
  readonly answers: Map<string, Promise<string>>;
  /** For what kinds of fault make for themselves. */
  readonly more: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A trial's own copy of the ground. */
export interface Place {
  readonly folder: string;
  readonly ground: Ground;
  /** Path of a file in this place. */
  path(...parts: readonly string[]): string;
  start(words: readonly string[], more?: Partial<Surroundings>): Running;
  isrf(words: readonly string[], more?: Partial<Surroundings>): Promise<Ended>;
  /** A line of bash, in which `$ISRF` is the program; the code is that of the first command of a pipe. */
  bash(line: string, more?: Partial<Surroundings>): Promise<Ended>;
}

/** With nothing in it, for kinds of fault that make all for themselves. */
export async function emptyGround(): Promise<Ground> {
  return groundIn(await mkdtemp(join(tmpdir(), "isrf-faults-")), "", {});
}

export async function prepareGround(): Promise<Ground> {
  const folder = await mkdtemp(join(tmpdir(), "isrf-faults-"));
  const place = placeAt(folder);
  await writeFile(join(folder, "buys.csv"), purchases(3000));
  await writeFile(join(folder, "study.yaml"), STUDY);
  const seconds: Partial<Record<CommandName, number>> = {};
  await done(place.isrf(words("data synth --users 150 --items 100 --seed 7 --out shop")));
  for (const [name, command] of Object.entries(COMMANDS)) {
    seconds[name as CommandName] = (await done(place.isrf(command))).seconds;
  }
  await stopHalfway(place);
  await done(place.isrf(words("reason-export shop --out answers.jsonl")));
  const answers = await readFile(join(folder, "answers.jsonl"), "utf8");
  return groundIn(folder, /"subjectKind":"user","subjectId":"([^"]+)"/.exec(answers)![1]!, seconds);
}

function groundIn(folder: string, user: string, seconds: Partial<Record<CommandName, number>>): Ground {
  const more = `${folder}-more`;
  return {
    folder,
    user,
    seconds: seconds as Record<CommandName, number>,
    answers: new Map(),
    more,
    async [Symbol.asyncDispose]() {
      for (const each of [folder, more]) await rm(each, { recursive: true, force: true });
    },
  };
}

/** Do something in a fresh copy of the ground, which is then thrown away. */
export async function withPlace<T>(ground: Ground, work: (place: Place) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "isrf-fault-"));
  try {
    await cp(ground.folder, folder, { recursive: true, preserveTimestamps: true });
    return await work(placeAt(folder, ground));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What `ask` says of a place that nobody harmed. */
export function unharmed(ground: Ground, name: string, ask: (place: Place) => Promise<string>): Promise<string> {
  const known = ground.answers.get(name) ?? withPlace(ground, ask);
  ground.answers.set(name, known);
  return known;
}

/** A place whose commands run in `folder`. */
export function placeAt(folder: string, ground?: Ground): Place {
  const startHere = (program: string, line: readonly string[], more: Partial<Surroundings> = {}) =>
    start(program, line, { cwd: folder, ...more });
  return {
    folder,
    ground: ground!,
    path: (...parts) => join(folder, ...parts),
    start: (line, more) => startHere(process.execPath, [BUILT, ...line], more),
    isrf: (line, more) => startHere(process.execPath, [BUILT, ...line], more).ended,
    bash: (line, more) => startHere("bash", ["-c", `${line}; exit \${PIPESTATUS[0]}`], more).ended,
  };
}

/** Leave a training in `half` that was stopped after its first checkpoint. */
async function stopHalfway(place: Place): Promise<void> {
  const { child, ended } = place.start([...words("train shop --out half"), ...TOY]);
  const isEnded = ended.then(() => true);
  while (!(await exists(place.path("half", "checkpoint", "current.json")))) {
    if (await Promise.race([isEnded, new Promise((resolve) => setTimeout(resolve, 5, false))])) break;
  }
  child.kill("SIGINT");
  await ended;
}

/** A shop's interactions as CSV: users who each walk through items of their own. */
function purchases(rows: number): string {
  const lines = Array.from({ length: rows }, (_, i) => {
    const user = i % 150;
    return `user-${user},item-${(user * 7 + Math.floor(i / 150) * (1 + (user % 5))) % 100},${1_600_000_000 + i}`;
  });
  return ["user,item,timestamp", ...lines, ""].join("\n");
}

/** @throws Error for any exit code but 0. */
export async function done(ended: Promise<Ended>): Promise<Ended> {
  const { code, stderr } = await ended;
  if (code !== 0) throw new Error(`what trials begin with could not be made: exit code ${code}, ${stderr}`);
  return ended;
}

export function words(...lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => line.split(" "));
}
