import { expect, test } from "vitest";
import { z } from "zod";
import { readAssignments } from "./assignments.ts";

const schema = z.object({
  epochs: z.number().int().default(3).describe("epochs"),
  groupWord: z.boolean().default(false).describe("group word"),
  checkpoint: z.string().default("").describe("directory"),
  form: z.enum(["text", "compact"]).default("text").describe("form"),
});

test("words become what the schema wants: numbers, booleans, texts", () => {
  expect(readAssignments(["epochs=5", "groupWord=yes", "checkpoint=12", "form=compact"], schema)).toEqual({
    epochs: 5,
    groupWord: true,
    checkpoint: "12",
    form: "compact",
  });
});

test("maps of a settings file keep their values, later assignments win, and values may hold an equals sign", () => {
  expect(readAssignments([{ epochs: 2, groupWord: true }, "epochs=7", "checkpoint=a=b"], schema)).toEqual({
    epochs: 7,
    groupWord: true,
    checkpoint: "a=b",
  });
});

test("an ill-typed word stays a text for the schema to refuse", () => {
  expect(readAssignments(["epochs=many"], schema)).toEqual({ epochs: "many" });
});

test("a name that no schema has stays as it is, for the model to refuse; a word without a value is refused", () => {
  expect(readAssignments(["epoch=1", { toString: 1 }], schema)).toEqual({ epoch: "1", toString: 1 });
  expect(() => readAssignments(["=1"], schema)).toThrow("expected key=value");
});
