// The short form of `npm run test:faults`: a few trials of every kind, each of which must hold.
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BUILT } from "./command.ts";
import { type Ground, prepareGround } from "./ground.ts";
import { KINDS } from "./kinds.ts";
import { runTrials } from "./run-trials.ts";
import type { FaultCase } from "./trial.ts";

const TRIALS = 2;
const TIMEOUT_MS = 240_000;

// `npm test` builds first; the trials speak bash.
describe.skipIf(!existsSync(BUILT) || process.platform === "win32")("faults of every kind", () => {
  let ground: Ground;

  beforeAll(async () => {
    ground = await prepareGround();
  }, TIMEOUT_MS);

  afterAll(() => ground[Symbol.asyncDispose]());

  test.concurrent.each(KINDS)(
    "$kind do no harm that goes unsaid",
    async (kind) => {
      const among = ({ name }: FaultCase) => kind.short?.includes(name) ?? true;
      const bounds = { seed: 2026, seconds: 600, trials: TRIALS, lanes: 1, among };
      const { trials } = await runTrials([kind], ground, bounds);
      expect(trials.filter(({ outcome }) => outcome !== "held")).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
