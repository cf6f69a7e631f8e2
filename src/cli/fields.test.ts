import { expect, test } from "vitest";
import { z } from "zod";
import { fieldsOf } from "./fields.ts";

function only(schema: z.ZodType) {
  return fieldsOf(z.object({ kCore: schema }))[0]!;
}

test("a key becomes a kebab-case flag", () => {
  expect(only(z.string().optional()).flag).toBe("--k-core");
});

test("finds description, unit and default under wrappers", () => {
  const field = only(z.number().int().default(5).describe("smallest count").meta({ unit: "items" }));
  expect(field).toMatchObject({
    kind: "number",
    default: 5,
    description: "smallest count",
    unit: "items",
    isRequired: false,
  });
});

test("finds a description given before the default", () => {
  expect(only(z.number().describe("inside").default(5)).description).toBe("inside");
});

test("an option without default or optional is required", () => {
  expect(only(z.string()).isRequired).toBe(true);
  expect(only(z.string().nullable().default(null))).toMatchObject({ isRequired: false, default: null });
});

test("enums and literals list their choices", () => {
  expect(only(z.enum(["a", "b"])).choices).toEqual(["a", "b"]);
  expect(only(z.literal(["uniform", "popularity"]))).toMatchObject({
    kind: "text",
    choices: ["uniform", "popularity"],
  });
});

test("a union of a number and a word takes either", () => {
  expect(only(z.union([z.literal("auto"), z.number()]).default("auto"))).toMatchObject({
    kind: "either",
    choices: ["auto", "number"],
    value: "auto|number",
  });
});

test("an array is a repeatable option of its element's kind", () => {
  expect(only(z.array(z.number()).default([]))).toMatchObject({ kind: "number", isList: true });
});
