// The decoder with kept keys and values against the plain one, which computes whole prefixes at every step, in beam
// searches over random models, sources and trees.

import { expect, it } from "vitest";
import fc from "../../../test/support/fc.ts";
import { encoderMemories, T5Steps } from "../../../test/support/t5-steps.ts";
import { compactT5 } from "../../backbone/t5-config.ts";
import { t5Parameters } from "../../backbone/t5-parameters.ts";
import { Random } from "../../base/random.ts";
import { HIDDEN } from "../../engine/index.ts";
import { beamSearch, PrefixTree } from "../../generation/index.ts";

const END = 1;
const VOCABULARY = 13;

const models = fc.record({
  seed: fc.nat(1e6),
  layers: fc.constantFrom(1, 2),
  heads: fc.constantFrom(1, 3),
  rows: fc.integer({ min: 1, max: 4 }),
  source: fc.integer({ min: 1, max: 5 }),
});

/** Distinct sequences over tokens 2.., some of them long, some the beginning of others. */
const answers = fc.uniqueArray(fc.array(fc.integer({ min: 2, max: VOCABULARY - 1 }), { minLength: 1, maxLength: 5 }), {
  minLength: 1,
  maxLength: 40,
  selector: (tokens) => tokens.join(" "),
});

const searches = fc.record({
  beams: fc.integer({ min: 1, max: 9 }),
  lengthPenalty: fc.constantFrom(0, 1),
  earlyStopping: fc.constantFrom(true, "exact" as const),
  isFree: fc.boolean(),
});

async function stepsOf({
  seed,
  layers,
  heads,
  rows,
  source,
}: { [name in "seed" | "layers" | "heads" | "rows" | "source"]: number }) {
  const random = Random.of(seed, "model");
  const config = { ...compactT5(12, layers, VOCABULARY, 0), heads, headWidth: 4, feedForward: 20 };
  const parameters = Object.fromEntries(t5Parameters(config).map((spec) => [spec.name, spec.init(spec.shape, random)]));
  const ids = Int32Array.from({ length: rows * source }, () => random.below(VOCABULARY));
  // The first position of a source is never padding.
  const mask = Float32Array.from({ length: rows * source }, (_, i) =>
    i % source > 0 && random.uniform() < 0.3 ? HIDDEN : 0,
  );
  const memories = await encoderMemories(config, parameters, { ids, mask, rows, source });
  return new T5Steps({ config, parameters, memories, mask, rows, source });
}

it("finds what whole prefixes find, whatever beams part, end or leave rows empty", async () => {
  await fc.assert(
    fc.asyncProperty(
      models,
      answers,
      searches,
      fc.array(fc.nat(39), { maxLength: 8 }),
      async (model, all, search, seen) => {
        const steps = await stepsOf(model);
        const { isFree, ...settings } = search;
        const tree = PrefixTree.of(
          all.map((tokens) => [...tokens, END]),
          END,
        );
        // Each row leaves out other items, so that rows end at different times.
        const constraints = Array.from({ length: model.rows }, (_, row) =>
          tree.without(seen.map((item) => item + row)),
        );
        const ask = (step: ReturnType<T5Steps["whole"]>) =>
          beamSearch({
            ...settings,
            rows: model.rows,
            vocabulary: VOCABULARY,
            endToken: END,
            step,
            ...(isFree ? { maxLength: 6 } : { constraints }),
          });
        const [plain, cached] = [await ask(steps.whole()), await ask(steps.cached(settings.beams))];
        await steps.dispose();
        expect(cached.map((row) => row.map(({ tokens, item }) => [...tokens, item]))).toEqual(
          plain.map((row) => row.map(({ tokens, item }) => [...tokens, item])),
        );
        cached.flat().forEach(({ score }, i) => {
          expect(score).toBeCloseTo(plain.flat()[i]!.score, 4);
        });
      },
    ),
    { numRuns: 25, seed: 7 },
  );
}, 120_000);
