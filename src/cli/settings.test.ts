import { describe, expect, test } from "vitest";
import { z } from "zod";
import { UsageError } from "../base/errors.ts";
import { defineCommand } from "./command.ts";
import { gatherSettings, type SettingSources, validateSettings } from "./settings.ts";

const command = defineCommand({
  path: ["data", "import"],
  summary: "",
  description: "",
  examples: [],
  arguments: [],
  options: z.object({
    kCore: z.number().int().min(1).default(5).describe("smallest count").meta({ unit: "interactions" }),
    overwrite: z.boolean().default(false),
    set: z.array(z.string()).default([]),
    device: z.enum(["cpu", "cuda"]).default("cpu"),
    limit: z.union([z.literal("auto"), z.number()]).default("auto"),
    out: z.string().describe("directory to write").meta({ value: "DIR" }),
    seeds: z.array(z.number()).optional(),
    systems: z.array(z.string()).optional().meta({ commas: true }),
    users: z.string().optional(),
  }),
  run: async () => ({ json: null, text: "" }),
});

const flags = (entries: Record<string, string | boolean | readonly string[]>) => new Map(Object.entries(entries));

function settings(sources: Partial<SettingSources>) {
  return gatherSettings(command, { flags: flags({}), environment: {}, ...sources });
}

describe("precedence", () => {
  const file = { path: "s.yaml", values: new Map([["kCore", 2]]) };
  const environment = { ISRF_K_CORE: "3", ISRF_DATA_IMPORT_K_CORE: "4" };

  test("a flag wins over environment, file and default", () => {
    expect(settings({ flags: flags({ kCore: "9" }), environment, file }).get("kCore")).toEqual({
      value: 9,
      origin: "flag --k-core",
    });
  });
  test("the command's own variable wins over the general one", () => {
    expect(settings({ environment, file }).get("kCore")).toEqual({
      value: 4,
      origin: "environment ISRF_DATA_IMPORT_K_CORE",
    });
    expect(settings({ environment: { ISRF_K_CORE: "3" }, file }).get("kCore")?.value).toBe(3);
  });
  test("the file wins over the default", () => {
    expect(settings({ file }).get("kCore")).toEqual({ value: 2, origin: "file s.yaml" });
  });
  test("an empty variable counts as unset", () => {
    expect(settings({ environment: { ISRF_K_CORE: "" } }).get("kCore")).toEqual({ value: 5, origin: "default" });
  });
  test("an option without value or default is unset", () => {
    expect(settings({}).get("out")).toEqual({ value: undefined, origin: "unset" });
  });
});

test("a general variable for an option that means different things in different commands is refused", () => {
  expect(() => settings({ environment: { ISRF_USERS: "users.csv" } })).toThrow(
    /For this one set ISRF_DATA_IMPORT_USERS/,
  );
  expect(settings({ environment: { ISRF_DATA_IMPORT_USERS: "users.csv" } }).get("users")?.value).toBe("users.csv");
});

describe("words", () => {
  test.each([
    ["true", true],
    ["1", true],
    ["yes", true],
    ["off", false],
    ["NO", false],
  ])("the word %s is the truth value %s", (word, expected) => {
    expect(settings({ environment: { ISRF_OVERWRITE: word } }).get("overwrite")?.value).toBe(expected);
  });
  test("--no-x is false and named so", () => {
    expect(settings({ flags: flags({ overwrite: false }) }).get("overwrite")).toEqual({
      value: false,
      origin: "flag --no-overwrite",
    });
  });
  test("a list from the environment is split at commas", () => {
    expect(settings({ environment: { ISRF_DATA_IMPORT_SET: "a=1, b=2" } }).get("set")?.value).toEqual(["a=1", "b=2"]);
  });
  test("numbers, and names of a list that says so, may stand in one word with commas between", () => {
    const given = settings({
      flags: flags({ seeds: ["1,2", "3"], systems: ["ncl, hgn"], set: ["history=1,2"] }),
    });
    expect(given.get("seeds")?.value).toEqual([1, 2, 3]);
    expect(given.get("systems")?.value).toEqual(["ncl", "hgn"]);
    expect(given.get("set")?.value).toEqual(["history=1,2"]);
  });
  test("a union reads a number where the word is one", () => {
    expect(settings({ flags: flags({ limit: "12" }) }).get("limit")?.value).toBe(12);
    expect(settings({ flags: flags({ limit: "auto" }) }).get("limit")?.value).toBe("auto");
  });
  test("a text option keeps digits as text", () => {
    expect(settings({ flags: flags({ out: "2024" }) }).get("out")?.value).toBe("2024");
  });
});

describe("validation", () => {
  const refusal = (sources: Partial<SettingSources>) => {
    try {
      validateSettings(command, settings(sources));
    } catch (error) {
      expect(error).toBeInstanceOf(UsageError);
      return (error as Error).message;
    }
    throw new Error("nothing was refused");
  };

  test("fills defaults", () => {
    expect(validateSettings(command, settings({ flags: flags({ out: "x" }) }))).toEqual({
      kCore: 5,
      overwrite: false,
      set: [],
      device: "cpu",
      limit: "auto",
      out: "x",
    });
  });
  test("names a missing option with its placeholder and meaning", () => {
    expect(refusal({})).toBe("--out <DIR> is missing: directory to write.");
  });
  test("says what was found, what was expected and the unit", () => {
    expect(refusal({ flags: flags({ out: "x", kCore: "many" }) })).toBe(
      '--k-core: found "many", expected number (interactions).',
    );
  });
  test("says which variable held the value", () => {
    expect(refusal({ flags: flags({ out: "x" }), environment: { ISRF_DEVICE: "gpu" } })).toBe(
      '--device (environment ISRF_DEVICE): found "gpu", expected one of cpu, cuda.',
    );
  });
  test("reports every problem, not only the first", () => {
    expect(refusal({ flags: flags({ kCore: "0" }) }).split("\n")).toHaveLength(2);
  });
});
