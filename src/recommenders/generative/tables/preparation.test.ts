import { describe, expect, it } from "vitest";
import { missingPackage } from "../../../../test/support/optional-package.ts";
import { smallestOptions, tinyData } from "../../../../test/support/tiny-isrf.ts";
import type { ProgressEvent } from "../../../base/progress.ts";
import { prepare } from "./preparation.ts";

const reason = missingPackage("usearch");

async function groupTable(neighbourSearch: string, nUsers: number) {
  const events: ProgressEvent[] = [];
  const options = smallestOptions({ neighbourSearch, neighbours: 5 });
  const context = { options, seed: 5, compile: { threads: 1 }, report: (event: ProgressEvent) => events.push(event) };
  const { individual, group } = await prepare(tinyData({ nUsers }), context, false);
  const table = group!.value.slice();
  await Promise.all([individual!.dispose(), group!.dispose()]);
  return { table, notices: events.flatMap((event) => (event.kind === "notice" ? [event.message] : [])) };
}

describe.skipIf(reason !== "")(`the search for similar users${reason}`, () => {
  it("says what share of neighbours the approximate one found, and leads to the exact one's group interests", async () => {
    const [exact, near] = [await groupTable("exact", 60), await groupTable("approximate", 60)];
    expect(exact.notices).toEqual([]);
    expect(near.notices).toEqual(["100.0 % of the exact neighbours were found, measured on a sample of users."]);
    const worst = Math.max(...exact.table.map((value, i) => Math.abs(value - near.table[i]!)));
    expect(worst).toBeLessThan(1e-6);
  });
});
