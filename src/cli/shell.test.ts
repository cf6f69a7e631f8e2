import { describe, expect, test } from "vitest";
import { z } from "zod";
import { shell } from "../../test/support/shell.ts";
import { CancelledError, InputError, OperationError, UsageError } from "../base/errors.ts";
import { type Command, defineCommand } from "./command.ts";

const failures: Record<string, () => Error> = {
  usage: () => new UsageError("two options exclude each other"),
  input: () => new InputError({ where: "a.csv", line: 3, found: "2 columns", expected: "4 columns" }),
  schema: () => z.object({ a: z.number() }).safeParse({}).error!,
  disk: () => new OperationError("no space", { cause: new Error("ENOSPC") }),
  own: () => new TypeError("x is undefined"),
  cancelled: () => new CancelledError("stopped at step 3"),
};

const echo = defineCommand({
  path: ["data", "echo"],
  summary: "says it again",
  description: "Says a word again.",
  examples: ["isrf data echo hello --times 2"],
  arguments: [
    { name: "word", description: "what to say", required: true },
    { name: "more", description: "further words", required: false, variadic: true },
  ],
  options: z.object({
    times: z.number().int().min(1).default(1).describe("how often").meta({ unit: "times" }),
    set: z.array(z.string()).default([]).describe("extra settings").meta({ value: "key=value" }),
    shout: z.boolean().default(false).describe("upper case"),
    polite: z.boolean().default(true).describe("says please"),
  }),
  async run({ arguments: { word, more }, options }, { report }) {
    report({ kind: "stage", stage: "echo" });
    report({ kind: "warning", message: "loud" });
    return { json: { word, more, ...options }, text: `said ${word}` };
  },
});

const fail = defineCommand({
  path: ["fail"],
  summary: "fails",
  description: "Fails.",
  examples: ["isrf fail usage"],
  arguments: [{ name: "how", description: "kind of failure", required: true }],
  options: z.object({}),
  async run({ arguments: { how } }) {
    throw failures[how]!();
  },
});

/** An id with a mark of direction, as catalogues in Hebrew have them, and what would take over a terminal. */
const MARKED = "a\u200f,\u001b[31m\r\n";

const rows = defineCommand({
  path: ["rows"],
  summary: "prints rows",
  description: "Prints rows, for programs or for people.",
  examples: ["isrf rows"],
  arguments: [],
  options: z.object({
    data: z.boolean().default(true).describe("for programs"),
    pieces: z.boolean().default(false).describe("one by one"),
  }),
  async run({ options }) {
    const output = { json: MARKED, text: `${MARKED}b`, isData: options.data };
    return options.pieces ? { ...output, pieces: piecesOf([MARKED, "b\n"]) } : output;
  },
});

async function* piecesOf(texts: readonly string[]) {
  for (const text of texts) yield { json: text, text };
}

const table: readonly Command[] = [echo, fail, rows];

describe("output", () => {
  test("text goes to stdout, progress to stderr", async () => {
    const result = await shell("data echo hi", table);
    expect(result).toEqual({ code: 0, stdout: "said hi\n", stderr: "echo\nwarning: loud\n" });
  });
  test.each(["rows", "rows --pieces"])("%s: what is for programs goes into a file or a pipe as it is", async (line) => {
    expect((await shell(line, table)).stdout).toBe(`${MARKED}b\n`);
  });
  test.each([
    ["what is for programs at a terminal", "rows", true],
    ["rows for programs at a terminal", "rows --pieces", true],
    ["what is for people, wherever it goes", "rows --no-data", false],
    ["rows for people, wherever they go", "rows --no-data --pieces", false],
  ])("spells out what would move a terminal: %s", async (_, line, isTTY) => {
    expect((await shell(line, table, { isTTY })).stdout).toBe("a\\u200f,\\u001b[31m\nb\n");
  });
  test("--quiet leaves warnings only", async () => {
    expect((await shell("data echo hi --quiet", table)).stderr).toBe("warning: loud\n");
    expect((await shell("data echo hi", table, { environment: { ISRF_QUIET: "1" } })).stderr).toBe("warning: loud\n");
  });
  test("--json prints one JSON value and nothing else on stdout", async () => {
    const { stdout } = await shell("data echo hi you all --json --times 2 --set a=1 --set b=2 --no-polite", table);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1);
    expect(JSON.parse(stdout)).toEqual({
      word: "hi",
      more: ["you", "all"],
      times: 2,
      set: ["a=1", "b=2"],
      shout: false,
      polite: false,
    });
  });
  test("--json prints nothing on stdout when the command fails", async () => {
    expect((await shell("fail own --json", table)).stdout).toBe("");
  });
});

describe("exit codes", () => {
  test.each([
    ["usage", 2, "error: two options exclude each other\n"],
    ["input", 2, "error: a.csv:3: found 2 columns, expected 4 columns.\n"],
    ["schema", 2, "expected number"],
    ["disk", 1, "error: no space\n  because: ENOSPC\n"],
    ["own", 1, "error: x is undefined\n"],
    ["cancelled", 130, "stopped at step 3\n"],
  ])("%s errors end with %d and no stack trace", async (how, code, message) => {
    const result = await shell(`fail ${how}`, table);
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(message);
    expect(result.stderr).not.toContain("    at ");
  });
  test("ISRF_DEBUG=1 shows the stack of error and cause", async () => {
    const { stderr } = await shell("fail disk", table, { environment: { ISRF_DEBUG: "1" } });
    expect(stderr).toContain("    at ");
    expect(stderr).toContain("caused by Error: ENOSPC");
  });
  test("a failure after SIGTERM ends with 143, after SIGINT with 130", async () => {
    expect((await shell("fail own", table, { signal: AbortSignal.abort("SIGTERM") })).code).toBe(143);
    expect((await shell("fail own", table, { signal: AbortSignal.abort("SIGINT") })).code).toBe(130);
  });
});

describe("unknown words", () => {
  test.each([
    ["dta", 'unknown command "dta". Did you mean data?'],
    ["data ecko hi", 'unknown command "data ecko". Did you mean echo?'],
    ["data echo hi --tims 3", "isrf data echo: unknown option --tims. Did you mean --times?"],
    ["data echo hi --tims=3", "unknown option --tims. Did you mean --times?"],
    ["data echo hi --zzzzzzzz", 'unknown option --zzzzzzzz. "isrf data echo --help" lists what there is.'],
    ["fail usage more", "too many arguments"],
    ["data echo hi --times", "option '--times <number>' argument missing"],
    ["data echo", "isrf data echo: <word> is missing: what to say. For example: isrf data echo hello --times 2"],
    ["data echo hi --times 0", "--times: found 0, expected number to be >=1 (times)."],
  ])("isrf %s", async (line, message) => {
    const result = await shell(line, table);
    expect(result.stderr).toContain(message);
    expect(result).toMatchObject({ code: 2, stdout: "" });
  });
});

describe("help", () => {
  test("a command's help shows options with units and defaults, and an example", async () => {
    const { stdout, code } = await shell("data echo --help", table);
    expect(code).toBe(0);
    expect(stdout).toContain("Usage: isrf data echo <word> [more...] [options]");
    expect(stdout).toMatch(/--times <number>\s+how often \(times; default: 1\)/);
    expect(stdout).toMatch(/--set <key=value>\s+extra settings \(repeatable\)/);
    expect(stdout).toContain("--no-polite");
    expect(stdout).not.toContain("--no-shout");
    expect(stdout).toContain("Examples:\n  isrf data echo hello --times 2");
  });
  test("isrf alone lists commands, a group lists its own", async () => {
    expect((await shell("", table)).stdout).toMatch(/data\s+[\s\S]*fail/);
    expect((await shell("data", table)).stdout).toContain("says it again");
    expect((await shell("help data", table)).stdout).toContain("says it again");
  });
  test("--version prints the version of the package", async () => {
    expect((await shell("--version", table)).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

describe("--print-config", () => {
  test("shows each value with its origin and runs nothing", async () => {
    const { stdout, stderr } = await shell("data echo --print-config --times 3", table, {
      environment: { ISRF_SHOUT: "yes" },
    });
    expect(stderr).toBe("");
    expect(stdout).toBe(
      [
        "times   3     flag --times",
        "set     []    default",
        "shout   true  environment ISRF_SHOUT",
        "polite  true  default",
        "",
      ].join("\n"),
    );
  });
  test("warns of a mistyped name of the environment, as every command does", async () => {
    const environment = { ISRF_SHUOT: "yes" };
    const warning = "warning: ISRF_SHUOT is set, and nothing reads it: no command has such an option. Did you mean";
    for (const line of ["data echo hi --print-config", "data echo hi --quiet"]) {
      const { code, stderr } = await shell(line, table, { environment });
      expect(stderr).toContain(`${warning} ISRF_SHOUT?\n`);
      expect(code).toBe(0);
    }
  });
  test("with --json the same as one value", async () => {
    const { stdout } = await shell("data echo --print-config --json", table);
    expect(JSON.parse(stdout)).toMatchObject({
      command: "data echo",
      settings: { times: { value: 1, origin: "default" } },
    });
  });
});
