// Rows of an ablation differ in where items come from, and not in how large they are.
import { describe, expect, it } from "vitest";
import { tinyData } from "../../../../test/support/tiny-isrf.ts";
import { rms } from "../../../base/matrix.ts";
import { individualTable } from "../../../recommenders/generative/tables/individual-table.ts";
import { generativePart, type IsrfOptions } from "../../../recommenders/isrf/options.ts";
import { DEFAULT_STUDY } from "../study-config.ts";
import { planSystems } from "../study-plan.ts";
import { ablationDesign } from "./ablation.ts";

/** Texts of the tiny shop have 12 columns; in presets interests are as wide as texts, d_m = d. */
const SMALL = { width: 8, semanticWidth: 8, individualLayers: 0 };

/** Root mean square of E_v before the first step, by row. */
async function itemSizes(preset: string): Promise<[label: string, size: number][]> {
  const { systems } = ablationDesign({ form: "paper", preset, protocol: "strict", set: {} });
  const planned = planSystems({ ...DEFAULT_STUDY, systems, preset, trials: 1 });
  const data = tinyData({ nItems: 250 });
  return Promise.all(
    planned.map(async ({ label, resolved }): Promise<[string, number]> => {
      const options = { ...generativePart(resolved[0] as IsrfOptions), ...SMALL };
      const { table } = await individualTable(data, { options, seed: 3, compile: { threads: 1 } }, false);
      const size = rms(table.value.slice(data.prefixes.length * options.width));
      await table.dispose();
      return [label, size];
    }),
  );
}

describe.each(["paper", "authors", "small", "mini", "tiny"])("rows of an ablation at preset %s", (preset) => {
  it("start with items of one size, with texts, without them and without the adapter", async () => {
    const [whole, ...others] = await itemSizes(preset);
    expect(whole![0]).toBe("isrf");
    expect(others.map(([label]) => label)).toEqual(expect.arrayContaining(["without-I_se", "without-adapter"]));
    for (const [label, size] of others) expect(Math.abs(size / whole![1] - 1), label).toBeLessThan(0.05);
  });
});
