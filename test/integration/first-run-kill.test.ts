import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import type { FirstRunResult } from "../../src/pipeline/first-run/index.ts";
import { ISRF } from "../support/isrf-command.ts";
import { movieLensFiles } from "../support/newcomer-files.ts";
import { shell } from "../support/shell.ts";
import { temporaryDirectory } from "../support/temporary.ts";

/** Start the command line, and kill -9 it as soon as `isTime` for what it has said. */
async function killWhen(isTime: (heard: string) => boolean, words: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, [...ISRF, ...words], { stdio: ["ignore", "ignore", "pipe"] });
  let heard = "";
  child.stderr.on("data", (chunk: Buffer) => {
    heard += chunk.toString();
  });
  const looking = setInterval(() => {
    if (isTime(heard)) child.kill("SIGKILL");
  }, 5);
  const signal = await new Promise((resolve) => child.on("exit", (_, reason) => resolve(reason)));
  clearInterval(looking);
  expect(signal, heard).toBe("SIGKILL");
}

async function finish(words: readonly string[]): Promise<FirstRunResult> {
  const { code, stdout, stderr } = await shell([...words, "--json"], commands);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as FirstRunResult;
}

/** What does not depend on the clock or the folder. */
function lasting({ dataset, texts, vectors, training, verdicts, users }: FirstRunResult) {
  const { directory: _, ...data } = dataset;
  const { epochs, bestEpoch, stopped } = training;
  return { data, texts, vectors, epochs, bestEpoch, stopped, verdicts, users };
}

it("killed again and again, ends as a run that nobody killed", async () => {
  const folder = await temporaryDirectory();
  const { interactions, items } = await movieLensFiles(folder);
  const line = (out: string) => ["run", interactions, "--items", items!, "--out", join(folder, out), "--name", "films"];
  const said = (word: string) => (heard: string) => heard.includes(word);
  const hasBegun = () => existsSync(join(folder, "killed", "run", "checkpoint", "last-00000050"));
  for (const isTime of [said("  import "), hasBegun, said("  evaluate ")]) await killWhen(isTime, line("killed"));
  const [killed, whole] = [await finish(line("killed")), await finish(line("whole"))];
  expect(lasting(killed)).toEqual(lasting(whole));
  expect(whole.training.stopped).not.toBe("time");
}, 400_000);
