// The short form of `npm run test:faults`: one trial of every kind, or the few that it names, each of which must hold.
import { existsSync } from "node:fs";
import { afterAll, beforeAll, describe, test } from "vitest";
import { BUILT } from "./command.ts";
import { type Ground, prepareGround } from "./ground.ts";
import { KINDS } from "./kinds.ts";
import { runTrials } from "./run-trials.ts";
import type { FaultCase } from "./trial.ts";

/** Of a kind that names no short form. */
const TRIALS = 1;
const TIMEOUT_MS = 240_000;

// `npm test` builds first; the trials speak bash.
describe.skipIf(!existsSync(BUILT) || process.platform === "win32")("faults of every kind", () => {
  let ground: Ground;

  beforeAll(async () => {
    ground = await prepareGround();
  }, TIMEOUT_MS);

  afterAll(() => ground[Symbol.asyncDispose]());

  test.concurrent.for(KINDS)(
    "$kind do no harm that goes unsaid",
    { timeout: TIMEOUT_MS },
    async (kind, { skip, expect }) => {
      const among = ({ name }: FaultCase) => kind.short?.includes(name) ?? true;
      expect(kind.cases.map(({ name }) => name)).toEqual(expect.arrayContaining([...(kind.short ?? [])]));
      const bounds = { seed: 2026, seconds: 600, trials: kind.short?.length ?? TRIALS, lanes: 1, among };
      const { trials, skipped } = await runTrials([kind], ground, bounds);
      if (skipped.length > 0) skip(trials.length === 0, skipped.map(({ reason }) => reason).join("; "));
      expect(trials).not.toEqual([]);
      expect(trials.filter(({ outcome }) => outcome !== "held")).toEqual([]);
    },
  );
});
