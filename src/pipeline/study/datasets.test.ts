import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { prepareDataset } from "./datasets.ts";
import { readDataset } from "./study-config.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-test-"));
  const users = [1, 2, 3, 4];
  await writeFile(join(folder, "sequential.txt"), users.map((user) => `${user} 1 2 3 4 5 6\n`).join(""));
  const train = users.map((user) => ({
    user,
    item: 1,
    explanation: `user ${user} likes the soft brush`,
    feature: "brush",
  }));
  await writeFile(join(folder, "explanation.json"), JSON.stringify({ train, val: [], test: [] }));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

it("imports the reviews of a P5 folder where the data set names them, and refuses them once it is imported without", async () => {
  const options = { out: join(folder, "study"), vectors: [] };
  const explanations = join(folder, "explanation.json");
  const told = readDataset({ name: "told", p5: folder, explanations });
  expect((await prepareDataset(told, options)).manifest.explanations).toMatchObject({ sentences: 4, withFeature: 4 });
  expect((await prepareDataset(told, options)).manifest.explanations).toMatchObject({ sentences: 4 });
  const silent = { name: "silent", p5: folder };
  expect((await prepareDataset(readDataset(silent), options)).manifest.explanations).toBeUndefined();
  await expect(prepareDataset(readDataset({ ...silent, explanations }), options)).rejects.toThrow(
    /silent was imported without review files, and explanations names explanation\.json\. Delete that folder/,
  );
  await expect(prepareDataset(readDataset({ name: "told", p5: folder }), options)).rejects.toThrow(
    /told was imported with review files explanation\.json, and explanations names none\. Delete that folder .* or name them/,
  );
  expect(() => readDataset({ name: "made", synth: { users: 40, items: 40 }, explanations })).toThrow("it has none");
});
