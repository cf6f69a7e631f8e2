// Exit 0 means done: real processes whose stdout or stderr is gone, full or closed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ISRF } from "../support/isrf-command.ts";
import { preparedShop, TOY } from "../support/trained-shop.ts";

const LINE = [process.execPath, ...ISRF].join(" ");
const TIMEOUT_MS = 120_000;

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  await preparedShop(root);
  expect(await bash(`$ISRF train shop ${TOY} --out run --quiet > /dev/null`)).toMatchObject({ code: 0 });
}, TIMEOUT_MS);

afterAll(() => rm(root, { recursive: true, force: true }));

/** Run a line of bash in `root`, where `$ISRF` is the program; the code is the program's, also in a pipe. */
async function bash(line: string): Promise<{ code: number; text: string }> {
  const child = spawn("bash", ["-c", `${line}; exit \${PIPESTATUS[0]}`], {
    cwd: root,
    env: { ...process.env, ISRF: LINE },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => texts.push(String(chunk)));
  const [code] = (await once(child, "close")) as [number];
  return { code, text: texts.join("") };
}

/** Of each command, words that end well, and what is there afterwards and was not before. */
const COMMANDS = [
  ["train", (name: string) => `train shop ${TOY} --out ${name}`, (name: string) => `${name}/checkpoint/current.json`],
  ["evaluate", () => "evaluate run --split valid --users 5", () => "run/evaluation.json"],
  ["reason", () => "reason shop", () => "shop/reasoning/journal.db"],
  [
    "synth",
    (name: string) => `data synth --users 30 --items 60 --out ${name}`,
    (name: string) => `${name}/manifest.json`,
  ],
  ["embed", (name: string) => `embed shop --dimensions 8 --name ${name}`, (name: string) => `shop/embeddings/${name}`],
] as const;

const LOST_STDERR = [
  ["its reader is gone", "2>&1 >/dev/null | head -c 1"],
  ["it is closed", "2>&- >/dev/null"],
  ["its device is full", "2>/dev/full >/dev/null"],
] as const;

/** A reader that goes away is tried on each command, the rarer troubles on one. */
const TRIALS = COMMANDS.flatMap(([name, words, file], command) =>
  LOST_STDERR.filter((_, trouble) => trouble === 0 || COMMANDS[command]![0] === "reason").map(([how, tail]) => ({
    name,
    words,
    file,
    how,
    tail,
  })),
);

test.each(TRIALS)(
  "$name does its work and ends with 0 when nobody hears its progress: $how",
  async ({ name, words, file, how, tail }) => {
    const out = `${name}-${how.replaceAll(" ", "-")}`;
    if (name === "reason") await rm(join(root, "shop/reasoning"), { recursive: true, force: true });
    const made = join(root, file(out));
    expect(existsSync(made)).toBe(false);
    expect((await bash(`$ISRF ${words(out)} ${tail}`)).code).toBe(0);
    expect(existsSync(made)).toBe(true);
  },
  TIMEOUT_MS,
);

test.each(["models", "--help", "data stats shop", "recommend run --user u1 --json"])(
  "%s says that its result could not be written, and fails",
  async (words) => {
    expect(await bash(`$ISRF ${words} --quiet > /dev/full`.replace("--help --quiet", "--help"))).toEqual({
      code: 1,
      text: "error: stdout: the result could not be written (the disk is full).\n",
    });
  },
  TIMEOUT_MS,
);

test(
  "a result whose reader is gone ends as other programs do, without a word",
  async () => {
    expect(await bash("$ISRF models sasrec --json | true")).toEqual({ code: 141, text: "" });
  },
  TIMEOUT_MS,
);

test(
  "stdout and stderr both full: the code still tells",
  async () => {
    expect((await bash("$ISRF data stats shop > /dev/full 2>&1")).code).toBe(1);
    expect((await bash("$ISRF data stats nowhere > /dev/full 2>&1")).code).toBe(2);
  },
  TIMEOUT_MS,
);
