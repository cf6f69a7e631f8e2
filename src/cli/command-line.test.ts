import { expect, test } from "vitest";
import { z } from "zod";
import { lineOf, typedLine, wordsOf } from "./command-line.ts";

const options = z.object({
  kCore: z.number().describe("a number"),
  attributes: z.array(z.string()).optional().describe("a list"),
  overwrite: z.boolean().default(false).describe("a flag"),
  out: z.string().default("shop").describe("a text"),
});

test("gives back the words of a command: what was set, and no default", () => {
  const values = { kCore: 3, attributes: ["colour", "size"], overwrite: true, out: "shop" };
  const given = new Set(["kCore", "attributes", "overwrite"]);
  expect(wordsOf({ path: ["data", "import"], options }, ["a.csv"], values, given)).toEqual(
    "data import a.csv --k-core 3 --attributes colour --attributes size --overwrite".split(" "),
  );
});

test("quotes what a shell would read otherwise, and goes on by npx where it was called by it", () => {
  const words = ["recommend", "my shop/run", "--user", "o'neil$1", "--top", "5"];
  expect(lineOf(words, {})).toBe("isrf recommend 'my shop/run' --user 'o'\\''neil$1' --top 5");
  expect(lineOf(["verify", "-5"], { npm_command: "exec" })).toBe("npx isrf verify -5");
});

test("a line for a record can be typed again, and tells nobody the names and passwords of its addresses", () => {
  const queue = "rediss://shop:s3cret@10.0.0.5:6379/0?prefix=shop";
  const shown = "'rediss://10.0.0.5:6379/0?prefix=shop'";
  expect(typedLine(["study", "compare", "--out", "my study", "--queue", queue], {})).toBe(
    `isrf study compare --out 'my study' --queue ${shown}`,
  );
  expect(typedLine(["study", "sweep", `--queue=${queue}`, "--set", "rate=0.1"], {})).toBe(
    `isrf study sweep ${shown.replace("'", "'--queue=")} --set rate=0.1`,
  );
  expect(typedLine(["--objects", "s3://KEY:s3cret@shop/isrf"], {})).toBe("isrf --objects s3://shop/isrf");
});
