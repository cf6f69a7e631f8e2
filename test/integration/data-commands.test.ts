import { join } from "node:path";
import { expect, it } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { shell } from "../support/shell.ts";
import { directoryWith, temporaryDirectory } from "../support/temporary.ts";

const lastJson = (stdout: string): unknown => JSON.parse(stdout.trim().split("\n").at(-1)!);

it("synthesises, measures and audits a shop", async () => {
  const out = join(await temporaryDirectory(), "shop");
  const made = await shell(`data synth --users 30 --items 120 --seed 3 --out ${out} --json`, commands);
  expect(made.code).toBe(0);
  expect(lastJson(made.stdout)).toMatchObject({ users: 30, items: 120 });
  const stats = await shell(`data stats ${out}`, commands);
  expect(stats.stdout).toMatch(/users +30\nitems +120\n/);
  const audit = await shell(`data audit ${out} --json`, commands);
  expect(lastJson(audit.stdout)).toMatchObject({ verdict: expect.stringMatching(/ok|warn/) });
});

it("imports named columns with a catalogue, every filter and attribute flag", async () => {
  const rows = Array.from(
    { length: 200 },
    (_, k) => `${k % 20},p${(k * 7 + Math.floor(k / 20)) % 40},${k},${(k % 5) + 1}`,
  );
  const directory = await directoryWith({
    "orders.csv": `who,what,day,stars\n${rows.join("\n")}\n`,
    "products.tsv": `what\tname\tshade\n${Array.from({ length: 40 }, (_, k) => `p${k}\tThing ${k}\tred`).join("\n")}\n`,
  });
  const out = join(await temporaryDirectory(), "shop");
  const line = `data import --format csv --interactions ${directory}/orders.csv --items ${directory}/products.tsv
    --user who --item what --timestamp day --rating stars --items-id what --attributes shade --min-rating 2
    --k-core 2 --min-length 4 --name things --domain gadget --seed 5 --out ${out} --json`;
  const imported = await shell(line.replace(/\s+/g, " "), commands);
  expect(imported.stderr).toContain("left out 40 of 200 rows, rated under 2");
  expect(lastJson(imported.stdout)).toMatchObject({ name: "things", users: 16 });
  const inspected = await shell(`data inspect ${directory}/products.tsv --json`, commands);
  expect(lastJson(inspected.stdout)).toMatchObject({ format: "tsv", mapping: { title: "name" } });
});

it("ends with code 2 and file, line and expectation for malformed input", async () => {
  const directory = await directoryWith({ "sequential.txt": "1 2 3 4\n2 3 oops 4\n" });
  const out = join(await temporaryDirectory(), "shop");
  const result = await shell(`data import --dir ${directory} --out ${out}`, commands);
  expect(result).toMatchObject({ code: 2, stdout: "" });
  expect(result.stderr).toContain(`${directory}/sequential.txt:2: found "oops" as number 3, expected whole numbers`);
});
