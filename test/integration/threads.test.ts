// How many threads a training takes: as many as it was told, in all that it computes.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { shell } from "../support/shell.ts";
import { preparedShop, TOY } from "../support/trained-shop.ts";

/** Threads of each program that somebody compiled. */
const compiled: (number | undefined)[] = [];

vi.mock("../../src/engine/index.ts", async (original) => {
  const engine = await original<typeof import("../../src/engine/index.ts")>();
  const compile: typeof engine.compile = (program, options) => {
    compiled.push(options?.threads);
    return engine.compile(program, options);
  };
  return { ...engine, compile };
});

let root: string;
let shop: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  shop = await preparedShop(root);
}, 120_000);
beforeEach(() => void compiled.splice(0));
afterAll(() => rm(root, { recursive: true, force: true }));

it.each([
  ["isrf", TOY],
  ["elmrec", TOY],
  ["ncl", "--preset tiny --set warmupEpochs=0 --epochs 1"],
])(
  "a training of %s keeps to --threads",
  async (model, flags) => {
    const line = `train ${shop} --model ${model} ${flags} --threads 1 --out ${root}/${model}`;
    const { code, stderr } = await shell(line, commands);
    expect(code, stderr).toBe(0);
    expect(compiled.length).toBeGreaterThan(2);
    expect(new Set(compiled)).toEqual(new Set([1]));
  },
  120_000,
);
