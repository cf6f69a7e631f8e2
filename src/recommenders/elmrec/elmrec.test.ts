import { afterEach, describe, expect, it } from "vitest";
import { smallestOptions, tinyData, tinyTrainer } from "../../../test/support/tiny-isrf.ts";
import { generativeSchema } from "../generative/options/options.ts";
import { optionSpace } from "../generative/options/system.ts";
import type { GenerativeTrainer } from "../generative/trainer.ts";
import { isrf } from "../isrf/isrf.ts";
import { settableOptions } from "../options/index.ts";
import { elmrec } from "./elmrec.ts";

/** ISRF without texts and adapter, without R, L_DS and L_S, its sequential whole words counting as ELMRec's do. */
const MINUS = {
  itemSource: "free",
  lambdaDirect: 0,
  lambdaSequential: 0,
  groupWord: false,
  groupEvery: 0,
  sequentialWord: "position",
  sequentialUser: "shared",
} as const;

const CASES = [
  { preset: "tiny", sizes: { dropout: 0.2 }, isrfOnly: { userCodes: "random" } },
  { preset: "small", sizes: { width: 32, sigma: 1, beta: 2 }, isrfOnly: {} },
];

describe("ISRF minus adapter and texts, similar users and both contrastive losses", () => {
  const open: GenerativeTrainer[] = [];
  afterEach(async () => {
    for (const trainer of open.splice(0)) await trainer.dispose();
  });

  it.each(CASES)("is ELMRec bit for bit: losses, gradients and what they lead to, preset $preset", async (given) => {
    const { preset, sizes, isrfOnly } = given;
    const data = tinyData();
    const { embeddings: _, ...withoutTexts } = data;
    const minus = await tinyTrainer({ ...sizes, ...isrfOnly, ...MINUS }, preset, data, false, isrf);
    const own = await tinyTrainer(sizes, preset, withoutTexts, false, elmrec);
    open.push(minus, own);
    for (let step = 0; step < 4; step++) expect(await own.step(step)).toEqual(await minus.step(step));
    await Promise.all([minus.settle(), own.settle()]);
    expect(own.state.parameters.all.map(({ name }) => name)).toEqual(
      minus.state.parameters.all.map(({ name }) => name),
    );
    for (const { name, front, steps } of own.state.parameters.all) {
      const theirs = minus.state.parameters.get(name);
      expect(steps, name).toBe(theirs.steps);
      // Moments hold the gradients.
      expect(Buffer.from(front.m.buffer).equals(Buffer.from(theirs.front.m.buffer)), name).toBe(true);
      expect(Buffer.from(front.value.buffer).equals(Buffer.from(theirs.front.value.buffer)), name).toBe(true);
    }
    expect(own.state.interests).toEqual(minus.state.interests);
    expect(own.state.interests.individual.length).toBeGreaterThan(0);
  });

  it.each(CASES)("has ELMRec's options but for those without effect, preset $preset", ({ preset, sizes, isrfOnly }) => {
    const minus = smallestOptions({ ...sizes, ...isrfOnly, ...MINUS }, preset, isrf) as Record<string, unknown>;
    const own = smallestOptions(sizes, preset, elmrec) as Record<string, unknown>;
    const different = Object.keys(generativeSchema.shape).filter((name) => own[name] !== minus[name]);
    const settable = settableOptions(optionSpace(elmrec)).map(({ name }) => name);
    for (const name of different) expect(settable, name).not.toContain(name);
  });
});
