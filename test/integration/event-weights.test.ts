// `--events purchase=1,view=.2` from the file to the training.
import { join } from "node:path";
import { expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { openDataset, splitLeaveLastTwo, trainingView, viewHash } from "../../src/data/index.ts";
import { readTrainingRecord } from "../../src/runs/training-record.ts";
import { shell } from "../support/shell.ts";
import { directoryWith } from "../support/temporary.ts";

const ITEMS = ["a1", "b2", "c3", "d4", "e5", "f6", "g7", "h8"];
const LOG = Array.from({ length: 12 }, (_, user) =>
  ITEMS.slice(0, 6).flatMap((_, k) => {
    const item = ITEMS[(user + k) % ITEMS.length];
    const row = (event: string) => `u${user},${item},${event},${1_700_000_000 + 100 * k}\n`;
    return k % 2 === 0 ? [row("view"), row("view")] : [row("view"), row("purchase")];
  }),
).flat();
const FILTERS = "--k-core 0 --min-length 3";

async function imported(events: string) {
  const folder = await directoryWith({ "log.csv": `user_id,item_id,event,timestamp\n${LOG.join("")}` });
  const out = join(folder, "shop");
  const { code, stderr } = await shell(
    `data import --interactions ${folder}/log.csv ${events} ${FILTERS} --out ${out}`,
    commands,
  );
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  return { folder, out, dataset: await openDataset(out) };
}

it("keeps what a pair's events weigh together, beside the sequences and out of those of training", async () => {
  const { dataset } = await imported("--events purchase=1,view=.2");
  expect(dataset.weights).toHaveLength(12);
  for (const weights of dataset.weights!) expect([...weights]).toEqual([0.4, 1.2, 0.4, 1.2, 0.4, 1.2]);
  expect([...splitLeaveLastTwo(dataset).weights![0]!]).toEqual([0.4, 1.2, 0.4, 1.2]);
});

it("knows a dataset that weighs from one that does not, which stays as it was", async () => {
  const [weighed, alike] = [await imported("--events purchase=1,view=.2"), await imported("--events purchase,view")];
  expect(alike.dataset.weights).toBeUndefined();
  expect(alike.dataset.sequences).toEqual(weighed.dataset.sequences);
  expect(alike.dataset.hash).not.toBe(weighed.dataset.hash);
});

it("trains LightGCN by weight, and stores the weights that it was given", async () => {
  const { out, dataset } = await imported("--events purchase=1,view=.2");
  const run = join(out, "../run");
  const { code } = await shell(
    `train ${out} --model lightgcn --preset tiny --set epochs=1 --set width=8 --out ${run}`,
    commands,
  );
  expect(code).toBe(0);
  const given = trainingView("strict", dataset, splitLeaveLastTwo(dataset));
  expect(viewHash((await readTrainingRecord(run))!)).toBe(viewHash(given));
});

it("refuses to append what does not weigh", async () => {
  const { folder, out } = await imported("--events purchase=1,view=.2");
  const later = await directoryWith({ "later.csv": "user_id,item_id,event,timestamp\nu1,h8,view,1800000000\n" });
  const line = `data append ${out} --interactions ${later}/later.csv --out ${folder}/two`;
  expect((await shell(line, commands)).stderr).toMatch(/weighs interactions .*--events purchase=1,view=\.2/s);
  expect((await shell(`${line} --events view=.2`, commands)).code).toBe(0);
  const weights = (await openDataset(join(folder, "two"))).weights!;
  expect([...weights[1]!]).toEqual([0.4, 1.2, 0.4, 1.2, 0.4, 1.2, 0.2]);
});
