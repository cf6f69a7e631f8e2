import { expect, test } from "vitest";
import { z } from "zod";
import { lineOf, wordsOf } from "./command-line.ts";

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
