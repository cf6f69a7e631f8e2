// What the data do not tell: an error with flags for a script, a question for a person.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
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
  const isrf = join(import.meta.dirname, "../../src/cli/main.ts");
  const run = `${process.execPath} --import tsx ${isrf} ${line(directory)}`;
  // `script` gives its command a terminal; the answer comes after the question has had time to be asked.
  const typed = `(sleep 6; echo 2; sleep 4) | script -qec "${run}" /dev/null`;
  const there = await promisify(execFile)("sh", ["-c", "command -v script"]).catch(() => undefined);
  if (there === undefined) skip("no `script` to make a terminal with");
  const { stdout } = await promisify(execFile)("sh", ["-c", typed], { timeout: 50_000 });
  expect(stdout).toContain("Which? 1 to 2");
  expect(stdout).toContain("The same without a question: --time-format month-first");
});
