// What the data do not tell: an error with flags for a script, a question for a person.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { ISRF } from "../support/isrf-command.ts";
import { shell } from "../support/shell.ts";
import { directoryWith } from "../support/temporary.ts";

/** Days and months that can be either, for everybody. */
const ROWS = Array.from({ length: 60 }, (_, k) => {
  const [user, item] = [k % 6, Math.floor(k / 6)];
  return `u${user},p${item},0${1 + (k % 7)}/0${1 + (item % 9)}/2023 1${item % 10}:00`;
});
const FILE = { "orders.csv": `user_id,item_id,created_at\n${ROWS.join("\n")}\n` };
const line = (directory: string) =>
  `data import --interactions ${directory}/orders.csv --k-core 1 --min-length 3 --out ${directory}/shop`;

describe("dates that are day first or month first", () => {
  it("are refused in a script, with the flags that decide", async () => {
    const { code, stderr } = await shell(line(await directoryWith(FILE)), commands);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--time-format day-first.*--time-format month-first/);
  });

  it("are asked about at a terminal; the answer goes on, and says how to say it next time", async () => {
    const result = await shell(line(await directoryWith(FILE)), commands, { typed: ["seven", "1"] });
    expect(result.code).toBe(0);
    expect(result.stderr).toMatch(/^ *1 {2}.*--time-format day-first/m);
    expect(result.stderr).toContain("A number from 1 to 2");
    expect(result.stderr).toContain("The same without a question: --time-format day-first");
  });

  it("are not asked about where the answer is to be read by a program, nor where nobody answers", async () => {
    const directory = await directoryWith(FILE);
    for (const flag of ["--json", "--quiet"]) {
      const { code, stderr } = await shell(`${line(directory)} ${flag}`, commands, { typed: ["1"] });
      expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.not.stringContaining("Which?") });
    }
    for (const typed of [[], [""]]) {
      expect((await shell(line(directory), commands, { typed })).code).toBe(2);
    }
  });
});

it("is asked by the real command on a terminal of its own", async ({ skip }) => {
  const directory = await directoryWith(FILE);
  const run = [process.execPath, ...ISRF, line(directory)].join(" ");
  const there = await promisify(execFile)("sh", ["-c", "command -v script"]).catch(() => undefined);
  if (there === undefined) skip("no `script` to make a terminal with");
  // `script` gives its command a terminal.
  const child = spawn("script", ["-qec", run, "/dev/null"], { stdio: "pipe", timeout: 50_000 });
  const ended = once(child, "close");
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => {
    const isAsked = stdout.includes("Which?");
    stdout += chunk.toString();
    if (!isAsked && stdout.includes("Which?")) child.stdin.write("2\n");
  });
  await ended;
  expect(stdout).toContain("Which? 1 to 2");
  expect(stdout).toContain("The same without a question: --time-format month-first");
});

describe("marks that enclose cells over several lines, or are text", () => {
  const table = (header: string, row: (k: number) => string) =>
    `${[header, ...Array.from({ length: 40 }, (_, k) => row(k))].join("\n")}\n`;
  const orders = (note: (k: number) => string) =>
    table("user_id\titem_id\tnote", (k) => `u${k % 5}\tp${Math.floor(k / 5)}\t${note(k)}`);
  const overLines = (k: number) => (k % 2 === 0 ? '"warm' : 'small"');

  it("are asked about no more where somebody says what they are", async () => {
    const directory = await directoryWith({ "orders.tsv": orders(overLines) });
    const command = `data inspect ${directory}/orders.tsv`;
    expect((await shell(command, commands)).stderr).toMatch(/--quote none .*--quote double/);
    for (const marks of ["none", "double"]) {
      expect(await shell(`${command} --quote ${marks}`, commands)).toMatchObject({ code: 0 });
    }
  });

  it("are those of the catalogue where they stand in it", async () => {
    const items = table("item_id\ttitle\tnote", (k) => `p${k}\tLamp ${k}\t${overLines(k)}`);
    const directory = await directoryWith({ "orders.tsv": orders(() => "fine"), "items.tsv": items });
    const command = `data import --interactions ${directory}/orders.tsv --items ${directory}/items.tsv --k-core 1 --min-length 3 --out ${directory}/shop`;
    const { code, stderr } = await shell(command, commands, { typed: ["1"] });
    expect(code).toBe(0);
    expect(stderr).toContain("The same without a question: --quote items=none");
  });
});

it("the header of a catalogue is named by its columns, as --header speaks of the interactions", async () => {
  const items = ["lamp,warm lamp", "mug,large mug", "pot,iron pot", "jar,glass jar", "bag,green bag"];
  const names = items.map((line) => line.split(",")[0]);
  const orders = Array.from({ length: 25 }, (_, k) => `u${k % 5},${names[Math.floor(k / 5)]}`);
  const directory = await directoryWith({
    "orders.csv": `user_id,item_id\n${orders.join("\n")}\n`,
    "items.csv": `${items.join("\n")}\n`,
  });
  const command = `data import --interactions ${directory}/orders.csv --items ${directory}/items.csv --k-core 1 --min-length 3 --out ${directory}/shop`;
  const { code, stderr } = await shell(command, commands);
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/--columns 'items=lamp,warm lamp' .*--columns items=0,1 /),
  });
  const asked = await shell(command, commands, { typed: ["2"] });
  expect({ code: asked.code, stderr: asked.stderr }).toMatchObject({
    code: 0,
    stderr: expect.stringContaining("The same without a question: --columns items=0,1"),
  });
});
