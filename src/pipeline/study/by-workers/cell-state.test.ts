import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../../../test/support/temporary.ts";
import { exists } from "../../../base/files.ts";
import { withLock } from "../../../base/lock.ts";
import { openObjects } from "../../../objects/index.ts";
import { CellState } from "./cell-state.ts";

/** Two machines that see one store. */
async function machines() {
  const root = await temporaryDirectory();
  const objects = await openObjects(join(root, "objects"));
  return ["one", "two"].map((name) => {
    const directory = join(root, name, "cell");
    const step = join(directory, "step");
    return {
      state: new CellState(objects, "studies/0a/", directory),
      directory,
      step: () => readFile(step, "utf8"),
      trainTo: async (number: number) => {
        await mkdir(directory, { recursive: true });
        await writeFile(step, String(number));
      },
    };
  }) as [Machine, Machine];
}

interface Machine {
  readonly state: CellState;
  readonly directory: string;
  readonly step: () => Promise<string>;
  readonly trainTo: (step: number) => Promise<void>;
}

it("goes on with what another machine got to, not with the older state that was left here", async () => {
  const [one, two] = await machines();
  await one.trainTo(100);
  await one.state.put();
  await two.state.bring();
  expect(await two.step()).toBe("100");
  await two.trainTo(5000);
  await two.state.put();
  await one.state.bring();
  expect(await one.step()).toBe("5000");
});

it("goes on with what a killed worker left here, where nobody else went on", async () => {
  const [one] = await machines();
  await one.trainTo(100);
  await one.state.bring();
  expect(await one.step()).toBe("100");
  await one.state.put();
  await one.trainTo(200);
  await one.state.bring();
  expect(await one.step()).toBe("200");
});

it("takes nothing away from a process that trains here", async () => {
  const [one, two] = await machines();
  await two.trainTo(5000);
  await two.state.put();
  await one.trainTo(100);
  await withLock(join(one.directory, ".lock"), { command: "isrf train" }, () => one.state.bring());
  expect(await one.step()).toBe("100");
});

it("leaves nothing of a finished training on its machine", async () => {
  const [one] = await machines();
  await one.trainTo(100);
  await one.state.put();
  await one.state.remove();
  expect(await exists(one.directory)).toBe(false);
  await one.state.bring();
  expect(await one.step()).toBe("100");
});
