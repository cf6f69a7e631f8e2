import { expect, it } from "vitest";
import { compile } from "../session/compile.ts";
import { trace } from "../trace/trace.ts";
import { clipByGlobalNorm, clipInPlace } from "./clip.ts";

it.each([
  ["long", [3, 4]],
  ["short", [0.3, 0.4]],
  ["infinite", [3, Number.POSITIVE_INFINITY]],
  ["no number", [3, Number.NaN]],
])("clips gradients over arrays as a program does where they are %s", async (_, gradient) => {
  const executable = await compile(
    trace((t) => {
      const { clipped, norm } = clipByGlobalNorm([t.input("g", [2]), t.input("h", [1])], t.fill(1));
      return { first: clipped[0]!, second: clipped[1]!, norm };
    }),
  );
  const feeds = { g: Float32Array.from(gradient), h: Float32Array.of(0.5) };
  const { first, second, norm } = await executable.run(feeds);
  await executable.dispose();
  const length = clipInPlace([feeds.g, feeds.h], 1);
  const computed = [...feeds.g, ...feeds.h, length];
  for (const [i, value] of [...first!, ...second!, ...norm!].entries()) {
    if (Number.isFinite(value)) expect(computed[i]).toBeCloseTo(value, 5);
    else expect(computed[i]).toBe(value);
  }
});
