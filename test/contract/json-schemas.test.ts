import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, expectTypeOf, test } from "vitest";
import type { z } from "zod";
import { FOLDER, OUTPUTS, schemaFiles } from "../../scripts/json-schemas.ts";
import { commands } from "../../src/cli/commands/index.ts";
import type { EvaluationRecord, evaluationSchema } from "../../src/pipeline/evaluate/index.ts";
import { shell } from "../support/shell.ts";

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

test("the type of an evaluation has the shape that is published", () => {
  expectTypeOf<Loose<EvaluationRecord>>().toExtend<Loose<z.input<typeof evaluationSchema>>>();
});

/** Without readonly and index signatures, which do not show in JSON. */
type Loose<T> = T extends readonly (infer Element)[]
  ? Loose<Element>[]
  : T extends object
    ? { -readonly [Key in keyof T as string extends Key ? never : Key]: Loose<T[Key]> }
    : T;
