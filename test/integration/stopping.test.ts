// What each verb says when it is stopped, and how soon.
import { existsSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CancelledError } from "../../src/base/errors.ts";
import { commands } from "../../src/cli/commands/index.ts";
import { importDataset, openDataset } from "../../src/data/index.ts";
import { shell } from "../support/shell.ts";
import { preparedShop, TOY } from "../support/trained-shop.ts";

let root: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-stopping-"));
  await preparedShop(root);
  const trained = await shell(`train ${root}/shop ${TOY} --out ${root}/run`, commands);
  expect(trained.code, trained.stderr).toBe(0);
}, 120_000);
afterAll(() => rm(root, { recursive: true, force: true }));

test.each([
  ["explain RUN --user USER", /writes nothing\. Run the same command again\./],
  ["recommend RUN --user USER", /writes nothing\. Run the same command again\./],
  ["evaluate RUN --users 5", /run: the evaluation was stopped; nothing was written\. Run the same command again\./],
  ["evaluate RUN --users 5 --control random-ids", /writes nothing\. Run the same command again\./],
  ["audit RUN --users 5", /writes nothing\. Run the same command again\./],
  ["embed SHOP --name other", /what was there stays\. Run the same command again\./],
  ["data synth --users 30 --items 60 --out OUT/c", /nothing was changed there\. Run the same command again\./],
  [`train SHOP ${TOY} --out OUT/a`, /training was interrupted.*--resume/],
  ["demo --out OUT/b", /run it again/],
])(
  "%s, stopped: 130, what was kept and a command that goes on",
  async (words, said) => {
    const { users } = await openDataset(join(root, "shop"));
    const line = words
      .replace("OUT", `${root}/out`)
      .replace("SHOP", `${root}/shop`)
      .replace("RUN", `${root}/run`)
      .replace("USER", users[0]!);
    const { code, stdout, stderr } = await shell(line, commands, { signal: AbortSignal.abort("SIGINT") });
    expect(stderr.trimEnd().split("\n").at(-1)).toMatch(said);
    expect([code, stdout]).toEqual([130, ""]);
  },
  60_000,
);

test("an import in the midst of a query stops at once and leaves nothing", async () => {
  const file = join(root, "big.csv");
  writeFileSync(file, `user,item,ts\n${"u1,i1,1\nu2,i2,2\n".repeat(4_000_000)}`);
  const out = join(root, "big");
  const controller = new AbortController();
  let stoppedAt = 0;
  setTimeout(() => {
    stoppedAt = performance.now();
    controller.abort("SIGTERM");
  }, 300);
  await expect(importDataset({ interactions: file, out, signal: controller.signal })).rejects.toThrow(CancelledError);
  // The whole query takes far longer; a machine that does other things still stops in this time.
  expect(performance.now() - stoppedAt).toBeLessThan(10_000);
  expect(existsSync(out)).toBe(false);
});
