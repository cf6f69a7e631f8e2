// Every option of every model: it is read, it is refused where it does nothing, and taken where it does something.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/base/random.ts";
import { fieldsOf } from "../../src/cli/fields.ts";
import type { TrainableDefinition } from "../../src/recommenders/definition.ts";
import {
  applies,
  leftOpen,
  type OptionFacts,
  type OptionSpace,
  resolveOptions,
  settableOptions,
  type Values,
} from "../../src/recommenders/options/index.ts";
import { namesIn } from "../../src/recommenders/options/needs.ts";
import { RECOMMENDERS } from "../../src/recommenders/registry.ts";

const SPACES = RECOMMENDERS.filter((each): each is TrainableDefinition => each.kind === "trained").map(
  ({ options }) => options,
);

const CONDITIONAL = SPACES.flatMap((space) =>
  settableOptions(space)
    .filter(({ needs }) => (leftOpen(needs, space.fixed ?? {}) ?? []).length > 0)
    .map((option) => ({ model: space.model, name: option.name, space, option })),
);

const FIELDS = new Map(
  SPACES.map(({ schema }) => [schema, new Map(fieldsOf(schema).map((field) => [field.key, field]))] as const),
);

/** Values that a test may give an option: its choices, or numbers around what conditions ask about. */
function candidates({ schema }: OptionSpace, name: string): readonly unknown[] {
  const field = FIELDS.get(schema)!.get(name)!;
  if (field.choices.length > 0) return field.choices;
  if (field.kind === "truth") return [true, false];
  const all = field.kind === "text" ? ["", "some"] : [0, 0.25, 0.5, 1, 2, 3, 4, 64, 1000];
  return all.filter((value) => field.schema.safeParse(value).success);
}

/** A setting over a preset, and all values that follow from it. */
type Setting = readonly [preset: string, set: Values, values: Values];

/** Settings of the options that `option` asks about, over each preset, in which it is idle or not. */
function* settings(space: OptionSpace, option: OptionFacts, isIdle: boolean): Generator<Setting> {
  const names = namesIn(leftOpen(option.needs, space.fixed ?? {})!);
  const combinations = names.reduce<readonly Values[]>(
    (found, name) => found.flatMap((one) => candidates(space, name).map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
  // Mixed, since neighbours mostly fail alike: a setting that serves is found after few, not after thousands.
  const mixed = Random.of(2026, option.name).shuffle([...combinations]);
  for (const preset of Object.keys(space.presets))
    for (const set of mixed) {
      const values = attempt(() => resolveOptions(space, preset, { set }));
      if (typeof values !== "string" && applies(option, values) !== isIdle) yield [preset, set, values];
    }
}

/** The first answer of `tryOne` that is wanted: setting the option to another value in a setting. */
function find(
  space: OptionSpace,
  option: OptionFacts,
  isIdle: boolean,
  isWanted: (answer: Values | string) => boolean,
) {
  let last: Values | string = "no such setting";
  for (const [preset, set, values] of settings(space, option, isIdle)) {
    const now = values[option.name];
    for (const value of candidates(space, option.name).filter((other) => other !== now)) {
      last = attempt(() => resolveOptions(space, preset, { set, given: { [option.name]: value } }));
      if (isWanted(last)) return last;
    }
  }
  return last;
}

function attempt<T>(run: () => T): T | string {
  try {
    return run();
  } catch (error) {
    return (error as Error).message;
  }
}

describe("an option that says when it applies", () => {
  it("is there for generative and id models", () => {
    expect(CONDITIONAL.filter(({ model }) => model === "isrf").length).toBeGreaterThan(30);
    expect(CONDITIONAL.map(({ model, name }) => `${model} ${name}`)).toContain("ncl clusters");
  });

  it("names options that exist", () => {
    for (const { name, option, space } of CONDITIONAL)
      for (const other of namesIn(option.needs)) expect(Object.keys(space.schema.shape), name).toContain(other);
  });

  it.each(CONDITIONAL)("is refused where it does nothing: $model $name", ({ name, space, option }) => {
    const refusal = find(space, option, true, (answer) => typeof answer === "string");
    expect(refusal).toMatch(new RegExp(`^option ${name}=.* does nothing here: it needs .* \\(now .*\\)\\. Set `));
  });

  it.each(CONDITIONAL)("is taken where it does something: $model $name", ({ name, space, option }) => {
    const taken = find(space, option, false, (answer) => typeof answer !== "string");
    expect(taken, String(taken)).toHaveProperty(name);
  });
});

describe("an option", () => {
  it("is read by more than the file that declares it", async () => {
    const root = join(import.meta.dirname, "../../src");
    const files = (await readdir(root, { recursive: true })).filter(
      (file) => /^(recommenders|training|interests)\/.*\.ts$/.test(file) && !file.endsWith(".test.ts"),
    );
    const readers = await Promise.all(
      files
        .filter((file) => !/\/options(\/|\.ts)|presets/.test(file))
        .map((file) => readFile(join(root, file), "utf8")),
    );
    // A declaration is `name: z...`, `name: count...`; what is left reads it.
    const code = readers.join("\n").replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, "");
    const text = code.replace(/^\s+\w+:\s*(?=\w*[.(\n])/gm, "");
    for (const space of SPACES)
      for (const { name } of settableOptions(space))
        expect(text, `${space.model} ${name}`).toMatch(new RegExp(`(\\.|[{,]\\s*)${name}\\b`));
  });

  it("has a description and one group", () => {
    for (const space of SPACES)
      for (const { name, description, group } of settableOptions(space)) {
        expect(description, `${space.model} ${name}`).not.toBe("");
        expect(space.schema.shape[name]!.meta()!.group, `${space.model} ${name}`).toBe(group);
      }
  });
});
