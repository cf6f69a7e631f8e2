import { expect, test } from "vitest";
import { resolveOptions } from "../options/index.ts";
import { trainable } from "../registry.ts";
import { WITNESS_OPTIONS } from "./evidence-options.ts";

const { options: space } = trainable("isrf");
const OTHERS = Object.values(WITNESS_OPTIONS).filter((name) => name !== "witnessGenerator");
const off = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, false]));

test("a generator that is to speak alone is refused before anything is trained", () => {
  expect(() => resolveOptions(space, "small", { given: { witnessGenerator: true } })).toThrow(
    /option witnessGenerator=true does nothing here: it needs .*witnessSequence/,
  );
  const silenced = () => resolveOptions(space, "mini", { given: off(OTHERS) });
  expect(silenced).toThrow(/option witnessGenerator: it speaks of short lists that other witnesses make/);
});

test("it speaks beside any other, and a backbone without witnesses answers alone", () => {
  for (const name of OTHERS) {
    const given = { ...off(OTHERS), [name]: true };
    expect(resolveOptions(space, "mini", { given })).toMatchObject({ witnessGenerator: true, [name]: true });
  }
  const alone = resolveOptions(space, "mini", { given: { ...off(OTHERS), witnessGenerator: false } });
  expect(alone).toMatchObject({ witnessGenerator: false });
});
