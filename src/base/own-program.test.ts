import { expect, it, onTestFinished } from "vitest";
import { ownProgram } from "./own-program.ts";

it("processes of our own get the memory that Node was given, and none of its other options", () => {
  const { execArgv } = process;
  onTestFinished(() => {
    process.execArgv = execArgv;
  });
  process.execArgv = ["--max-old-space-size=512", "--inspect=0", "--max_semi_space_size=8"];
  const given = ownProgram("pipeline/work/worker-process").execArgv.filter((word) => !/tsx|^--import$/.test(word));
  expect(given).toEqual(["--max-old-space-size=512", "--max_semi_space_size=8"]);
});
