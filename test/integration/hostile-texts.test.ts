// Texts that would take over a terminal, in everything that users, files, data and servers can put into a message.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { LlmServer } from "../support/llm-server.ts";
import { type ShellResult, shell } from "../support/shell.ts";

/** Sets the title, rings, colours by a C1 code, and turns the reading direction. */
const POISON = "\u001b]0;PWNED\u0007\u009b31m\u202e";
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const RAW = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u2028-\u202e\u2066-\u2069]/;

let root: string;
const at = (name: string) => join(root, name);
const isrf = (line: string) => shell(line, commands);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-hostile-"));
  const items = Array.from(
    { length: 30 },
    (_, i) => `i${POISON}${i},${POISON} soap number ${i},${POISON}brand,${POISON}soaps`,
  );
  await writeFile(at("items.csv"), ["item,title,brand,category", ...items].join("\n"));
  const rows = Array.from({ length: 12 * 6 }, (_, n) => `u${POISON}${n % 12},i${POISON}${(n * 7) % 30},${n}`);
  await writeFile(at("x.csv"), ["user,item,ts", ...rows].join("\n"));
  const more = "--k-core 0 --min-length 3";
  const name = `shop${POISON}`;
  for (const line of [
    `data import --interactions ${at("x.csv")} --items ${at("items.csv")} --out ${at("shop")} --name ${name} ${more}`,
    `reason ${at("shop")}`,
    `embed ${at("shop")} --dimensions 8`,
    `train ${at("shop")} --preset tiny --set width=16 --set warmStartEpochs=1 --set batch=16 --epochs 1 --out ${at("run")}`,
  ]) {
    const result = await isrf(line);
    expect(result.code, result.stderr).toBe(0);
    harmless(result);
  }
}, 240_000);
afterAll(() => rm(root, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());

function harmless({ stdout, stderr }: ShellResult): void {
  expect(stdout).not.toMatch(RAW);
  expect(stderr).not.toMatch(RAW);
}

const ARRIVES = [
  ["an unknown user, whose like are named", () => `explain ${at("run")} --user nobody`],
  ["a user that is not there", () => `explain ${at("run")} --user ${POISON}`],
  [
    "candidates that are not there",
    () => `recommend ${at("run")} --user u${POISON}1 --task direct --candidates ${POISON}`,
  ],
  ["a column that is asked for", () => `data import --interactions ${at("x.csv")} --user ${POISON} --out ${at("o")}`],
  ["a path that is not there", () => `data stats ${at(POISON)}`],
  ["a file that is not there", () => `data import --interactions ${at(POISON)} --out ${at("o")}`],
  ["a run that is not there", () => `evaluate ${at(POISON)}`],
  ["an option of the model", () => `train ${at("shop")} --set ${POISON}=1 --out ${at("o")}`],
  ["an assignment that is none", () => `train ${at("shop")} --set ${POISON} --out ${at("o")}`],
  ["a model", () => `train ${at("shop")} --model ${POISON} --out ${at("o")}`],
  ["vectors that are not there", () => `train ${at("shop")} --embeddings ${POISON} --out ${at("o")}`],
  ["a language model", () => `reason ${at("shop")} --llm ${POISON}`],
  ["an encoder", () => `embed ${at("shop")} --encoder ${POISON}`],
  ["the name of vectors", () => `embed ${at("shop")} --name ${POISON}/x`],
  ["a command", () => POISON],
  ["a group's command", () => `data ${POISON}`],
  ["an option", () => `data stats ${at("shop")} --${POISON}`],
  ["a number", () => `recommend ${at("run")} --user u --top ${POISON}`],
  ["a settings file", () => `data stats ${at("shop")} --config ${at(POISON)}`],
  ["metrics", () => `evaluate ${at("run")} --metrics ${POISON}`],
  ["prompts", () => `reason ${at("shop")} --prompts ${at(POISON)}`],
  ["a run to compare", () => `compare ${at(POISON)} ${at(POISON)}2`],
] as const;

test.each(ARRIVES)("%s reaches the message, and the terminal unharmed", async (_, line) => {
  const result = await isrf(line());
  expect(result.code).not.toBe(0);
  expect(result.stderr).toContain("PWNED");
  harmless(result);
});

const FILES = [
  ["h.csv", `user,item,${POISON}\na,b,c\n`, "data import --user nosuch --interactions"],
  ["n.csv", `${POISON},b\n1,2\n`, "data import --interactions"],
  ["t.csv", `user,item,ts\nu,i,${POISON}\n`, "data import --interactions"],
  ["j.jsonl", `{"user": "u", ${JSON.stringify(POISON)}: "i"}\n`, "data import --user nosuch --interactions"],
  ["k.yaml", `"${JSON.stringify(POISON).slice(1, -1)}": 3\n`, "data import --config"],
  ["v.yaml", `k-core: "${JSON.stringify(POISON).slice(1, -1)}"\n`, "data import --config"],
] as const;

test.each(FILES)("what stands in %s reaches the message, and the terminal unharmed", async (name, content, words) => {
  await writeFile(at(name), content);
  const result = await isrf(`${words} ${at(name)} --out ${at("o")}`);
  expect(result.code).not.toBe(0);
  expect(result.stderr).toContain("PWNED");
  harmless(result);
});

test.each([
  ["data stats", "shop"],
  ["data audit", "shop"],
  ["data inspect", "items.csv"],
  ["evaluate --users 3", "run"],
  ["audit --users 3 --no-controls --report-only", "run"],
  [`recommend --user u${POISON}1 --top 3`, "run"],
  [`explain --user u${POISON}1 --top 2`, "run"],
])(
  "what %s prints of such data is harmless, as text and as JSON",
  async (words, where) => {
    const [command, ...rest] = words.split(" ");
    const word = command === "data" ? `data ${rest.shift()}` : command;
    for (const json of ["", "--json"]) {
      const result = await isrf(`${word} ${at(where)} ${rest.join(" ")} ${json}`);
      expect(result.code, result.stderr).toBe(0);
      harmless(result);
      if (json !== "") expect(() => JSON.parse(result.stdout)).not.toThrow();
    }
  },
  120_000,
);

test("rows for programs are in a pipe what they are in a file", async () => {
  const asked = `recommend ${at("run")} --all-users --top 3`;
  const piped = await isrf(`${asked} --format csv`);
  expect((await isrf(`${asked} --out ${at("answers.csv")}`)).code).toBe(0);
  expect(piped.stdout).toBe(await readFile(at("answers.csv"), "utf8"));
  expect(piped.stdout).toMatch(RAW);
});

test("what a server says is harmless", async () => {
  await using server = await LlmServer.start(() => ({ kind: "status", status: 401, message: POISON }));
  for (const [key, value] of Object.entries(server.environment)) vi.stubEnv(key, value);
  await mkdir(at("llm"), { recursive: true });
  const result = await isrf(`reason ${at("shop")} --llm openai:m${POISON}`);
  expect(result.code).toBe(1);
  expect(result.stderr).toContain("PWNED");
  harmless(result);
});
