// Nobody listens: stderr or stdout closed, full, or its reader gone. Exit code 0 means that the work is done.
import { type Ended, misbehaviour } from "./command.ts";
import { COMMANDS, type CommandName, type Place, unharmed, words } from "./ground.ts";
import { describe } from "./interruption.ts";
import { RESULTS } from "./results-of.ts";
import type { FaultCase, FaultKind } from "./trial.ts";
import { broken, falseSuccess, HELD, type Verdict } from "./verdict.ts";

/** Progress that nobody hears is no reason to fail. */
const LOST_STDERR = {
  "stderr closed": "2>&- >/dev/null",
  "stderr full": "2>/dev/full >/dev/null",
  "stderr's reader gone": "2>&1 >/dev/null | true",
  "stderr's reader goes": "2>&1 >/dev/null | head -c 1",
} as const;

/** A result that nobody got is. */
const LOST_STDOUT = {
  "stdout full": [">/dev/full", 1],
  "stdout's reader gone": ["| true", 141],
  "stdout and stderr full": [">/dev/full 2>&1", 1],
} as const;

/** What each command makes, to be away before it begins. */
const MADE: Readonly<Partial<Record<CommandName, string>>> = {
  import: "imported",
  reason: "shop/reasoning",
  embed: "shop/embeddings",
  train: "run",
  evaluate: "run/evaluation.json",
};

const PRINTING: Readonly<Record<string, (place: Place) => readonly string[]>> = {
  models: () => words("models sasrec --json"),
  stats: () => words("data stats shop"),
  recommend: ({ ground }) => words("recommend run --dataset shop --threads 1 --json --user", ground.user),
  compare: () => words("compare run"),
};

export const STREAMS: FaultKind = { kind: "streams", cases: [...lostProgress(), ...lostResults()] };

function lostProgress(): readonly FaultCase[] {
  return Object.entries(LOST_STDERR).flatMap(([how, tail]) =>
    (Object.keys(MADE) as CommandName[]).map((command) => ({
      name: `${command}, ${how}`,
      async run(place): Promise<Verdict> {
        const expected = await unharmed(place.ground, command, RESULTS[command]);
        await place.bash(`rm -rf ${MADE[command]}`);
        const end = await place.bash(`$ISRF ${COMMANDS[command].join(" ")} ${tail}`);
        if (end.code !== 0) return misbehaviour(end) ?? broken(`fails: ${describe(end)}`);
        const found = await RESULTS[command](place);
        return found === expected ? HELD : falseSuccess(`exit code 0 with ${found}`);
      },
    })),
  );
}

function lostResults(): readonly FaultCase[] {
  return Object.entries(LOST_STDOUT).flatMap(([how, [tail, code]]) =>
    Object.entries(PRINTING).map(([command, line]) => ({
      name: `${command}, ${how}`,
      async run(place): Promise<Verdict> {
        const end = await place.bash(`$ISRF ${line(place).join(" ")} ${tail}`);
        return lostResult(end, code);
      },
    })),
  );
}

function lostResult(end: Ended, expected: number): Verdict {
  if (end.code === expected) return misbehaviour(end) ?? HELD;
  return end.code === 0 ? falseSuccess("exit code 0 with no result") : broken(describe(end));
}
