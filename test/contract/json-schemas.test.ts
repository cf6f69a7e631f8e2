import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, expectTypeOf, test } from "vitest";
import type { z } from "zod";
import { FOLDER, OUTPUTS, schemaFiles } from "../../scripts/json-schemas.ts";
import { commands } from "../../src/cli/commands/index.ts";
import type { Inspection } from "../../src/data/index.ts";
import type { Understanding } from "../../src/data/understanding.ts";
import type { EvaluationRecord, evaluationSchema } from "../../src/pipeline/evaluate/index.ts";
import type { EvidenceExplanation, InterestExplanation } from "../../src/pipeline/explain/index.ts";
import type { PreparedSimilarUsers } from "../../src/pipeline/similar-users/index.ts";
import { shell } from "../support/shell.ts";
import { directoryWith } from "../support/temporary.ts";

test.each(schemaFiles())("docs/json/%s is what the shapes say: npx tsx scripts/json-schemas.ts", async (file, text) => {
  expect(await readFile(join(FOLDER, file), "utf8")).toBe(text);
});

test.each(["models", "models isrf", "models sasrec", "models popularity"])(
  "isrf %s --json has its shape",
  async (words) => {
    const { stdout } = await shell(`${words} --json`, commands);
    expect(() => OUTPUTS.models.parse(JSON.parse(stdout))).not.toThrow();
  },
);

const ORDERS = "user,item,rating,timestamp,event\n"
  .concat(...["a", "b", "c"].map((item, k) => `ann,${item},4,2024-01-0${k + 1},buy\nbob,${item},3,,view\n`))
  .concat("bob,d,3,2024-02-01,buy\nbob,d,3,2024-02-01,buy\n,d,3,2024-02-01,buy\n");

test("what isrf data inspect and import print has its shape", async () => {
  const folder = await directoryWith({
    "orders.csv": ORDERS,
    "items.csv": "item,title,price,archived\na,Green tea,2.5,true\nb,Oolong,3,false\ne,White tea,1,false\n",
    "users.csv": "user,city\nann,Ulm\n",
    "notes.csv": "word,count\nx,1\n",
  });
  const files = `--items ${folder}/items.csv --users ${folder}/users.csv --k-core 0 --min-length 3`;
  const lines = [
    `data inspect ${folder}/orders.csv ${files}`,
    `data inspect ${folder}/orders.csv`,
    `data inspect ${folder}/items.csv`,
    `data inspect ${folder}/users.csv`,
    `data inspect ${folder}/notes.csv`,
    `data import --interactions ${folder}/orders.csv ${files} --out ${folder}/shop`,
  ];
  for (const line of lines) {
    const { code, stdout } = await shell(`${line} --json`, commands);
    expect({ line, code }).toEqual({ line, code: 0 });
    const shape = line.startsWith("data import") ? OUTPUTS["data import"] : OUTPUTS["data inspect"];
    expect(() => shape.parse(JSON.parse(stdout))).not.toThrow();
  }
});

test("the type of what was understood has the shape that is published", () => {
  expectTypeOf<Loose<Inspection>>().toExtend<Loose<z.input<(typeof OUTPUTS)["data inspect"]>>>();
  expectTypeOf<Loose<Understanding>>().toExtend<Loose<z.input<(typeof OUTPUTS)["data import"]>["understood"]>>();
});

test("the type of an evaluation has the shape that is published", () => {
  expectTypeOf<Loose<EvaluationRecord>>().toExtend<Loose<z.input<typeof evaluationSchema>>>();
});

test("the type of similar users has the shape that is published", () => {
  expectTypeOf<Loose<PreparedSimilarUsers>>().toExtend<Loose<z.input<(typeof OUTPUTS)["similar-users"]>>>();
});

test("the type of an explanation has the shape that is published", () => {
  type Shape = z.input<(typeof OUTPUTS)["explain"]>;
  expectTypeOf<Loose<EvidenceExplanation>>().toExtend<Loose<Extract<Shape, { kind: "evidence" }>>>();
  expectTypeOf<Loose<InterestExplanation>>().toExtend<Loose<Extract<Shape, { kind: "interests" }>>>();
});

/** Without readonly and index signatures, which do not show in JSON. */
type Loose<T> = T extends readonly (infer Element)[]
  ? Loose<Element>[]
  : T extends object
    ? { -readonly [Key in keyof T as string extends Key ? never : Key]: Loose<T[Key]> }
    : T;
