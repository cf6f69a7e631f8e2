import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import type { ProgressEvent } from "../../base/progress.ts";
import { inPartsFolder, Parts } from "./parts.ts";
import type { Recommendations } from "./recommendations.ts";
import { tallyOf, totals } from "./tally.ts";
import { finish } from "./written-answers.ts";

/** A list of so many items; of a system that writes freely with the number of its texts. */
function answerOf(items: number, generated?: number): Recommendations {
  const recommendations = Array.from({ length: items }, (_, i) => ({
    rank: i + 1,
    item: { itemId: `i${i}`, title: "t" },
    score: 0,
  }));
  return { task: "sequential", system: "isrf", answerSpace: "", scores: "", generated, recommendations };
}

it("tells lists that are short for want of items from those of a model that wrote other things", async () => {
  const out = join(await temporaryDirectory(), "answers.jsonl");
  const answers = [answerOf(3), answerOf(2), answerOf(1, 5), answerOf(0, 5), answerOf(3, 5)];
  const said: string[] = [];
  const report = (event: ProgressEvent) => void (event.kind === "warning" && said.push(event.message));
  const written = await inPartsFolder(out, async () => {
    const parts = await Parts.open(out, {}, false);
    await parts.add("lines\n", answers.length, totals(answers.map((answer) => tallyOf(answer, 3))));
    const given = { out, format: "jsonl", top: 3, resumedAt: 0, started: 0, stale: undefined, report } as const;
    return finish(parts, { ...given, signal: undefined });
  });
  expect(written).toMatchObject({ users: 5, short: 3 });
  expect(said).toEqual([
    "1 users have fewer than 3 recommendations: no more items may be answered to them.",
    "2 users have fewer than 3 recommendations: the model writes freely (decoding=free), and not all of its texts name an item.",
  ]);
  expect(await readFile(out, "utf8")).toBe("lines\n");
});
