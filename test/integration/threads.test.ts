// How many threads a training or an evaluation takes: as many as it was told, in all that it computes.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { commands } from "../../src/cli/commands/index.ts";
import { shell } from "../support/shell.ts";
import { preparedShop, TOY, TOY_BACKBONE } from "../support/trained-shop.ts";

/** Threads of each program that somebody compiled, and of each search and each matrix brought to tridiagonal form. */
const compiled: (number | undefined)[] = [];
const searched: (number | undefined)[] = [];
const turned: (number | undefined)[] = [];

vi.mock("../../src/engine/index.ts", async (original) => {
  const engine = await original<typeof import("../../src/engine/index.ts")>();
  const compile: typeof engine.compile = (program, options) => {
    compiled.push(options?.threads);
    return engine.compile(program, options);
  };
  class BestColumns extends engine.BestColumns {
    constructor(rows: number, k: number, threads?: number) {
      searched.push(threads);
      super(rows, k, threads);
    }
  }
  const tridiagonal: typeof engine.tridiagonal = (a, n, threads) => {
    turned.push(threads);
    return engine.tridiagonal(a, n, threads);
  };
  return { ...engine, compile, BestColumns, tridiagonal };
});

let root: string;
let shop: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "isrf-test-"));
  shop = await preparedShop(root);
}, 120_000);
beforeEach(() => {
  for (const list of [compiled, searched, turned]) list.splice(0);
});
afterAll(() => rm(root, { recursive: true, force: true }));

it.each([
  ["isrf", TOY],
  ["elmrec", TOY_BACKBONE],
  ["ncl", "--preset tiny --set warmupEpochs=0 --epochs 1"],
])(
  "a training of %s keeps to --threads",
  async (model, flags) => {
    const line = `train ${shop} --model ${model} ${flags} --threads 1 --out ${root}/${model}`;
    const { code, stderr } = await shell(line, commands);
    expect(code, stderr).toBe(0);
    expect(compiled.length).toBeGreaterThan(2);
    expect(new Set(compiled)).toEqual(new Set([1]));
    const isRead = model === "isrf";
    expect(new Set(searched)).toEqual(new Set(isRead ? [1] : []));
    expect(new Set(turned)).toEqual(new Set(isRead ? [1] : []));
  },
  120_000,
);

it("an evaluation keeps to --threads, yardsticks that read texts included", async () => {
  const { code, stderr } = await shell(`evaluate ${root}/isrf --threads 1`, commands);
  expect(code, stderr).toBe(0);
  expect(new Set(searched)).toEqual(new Set([1]));
}, 120_000);
