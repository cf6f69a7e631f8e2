// A dataset that cannot be written: every command that only reads it works as for its owner.
import { execFileSync } from "node:child_process";
import { lastWords, misbehaviour } from "./command.ts";
import { type Place, TOY, unharmed, words } from "./ground.ts";
import { timeless } from "./results-of.ts";
import type { FaultCase, FaultKind } from "./trial.ts";
import { broken, HELD, silentUse, type Verdict } from "./verdict.ts";

const NOBODY = 65534;

const READING: Readonly<Record<string, (place: Place) => readonly string[]>> = {
  "data stats": () => words("data stats shop --json"),
  "data audit": () => words("data audit shop --json"),
  "reason-export": () => words("reason-export shop --out mine/answers.jsonl"),
  train: () => [...words("train shop --out mine/run"), ...TOY],
  recommend: ({ ground }) => words("recommend run --dataset shop --threads 1 --json --user", ground.user),
  explain: ({ ground }) => words("explain run --dataset shop --threads 1 --json --user", ground.user),
  evaluate: () => words("evaluate mine/copy --dataset shop --threads 1 --users 40"),
  audit: () => words("audit run --dataset shop --threads 1 --json"),
  compare: () => words("compare run --json"),
};

/** Commands that write into the dataset: refused, with the reason and the place. */
const WRITING: Readonly<Record<string, readonly string[]>> = {
  embed: words("embed shop --dimensions 8 --name other"),
  import: words("data import --interactions buys.csv --k-core 1 --min-length 3 --out shop/inner"),
};

const WAYS = { "owned by another user": true, "on a read-only mount": false } as const;

export const OWNERS: FaultKind = {
  kind: "owners",
  cases: Object.entries(WAYS).flatMap(([how, isOther]) => [
    ...Object.entries(READING).map(([name, line]) => reads(name, how, isOther, line)),
    ...Object.entries(WRITING).map(([name, line]) => refuses(name, how, isOther, line)),
  ]),
  reasonToSkip: () => (process.getuid?.() === 0 ? undefined : "acting as another user and mounting take root"),
};

function reads(name: string, how: string, isOther: boolean, line: (place: Place) => readonly string[]): FaultCase {
  return {
    name: `${name}, shop ${how}`,
    async run(place): Promise<Verdict> {
      const expected = await unharmed(place.ground, `${name} by its owner`, async (whole) => {
        await setUp(whole);
        return said(whole, (await whole.isrf(line(whole))).stdout);
      });
      await setUp(place);
      await using _ = shut(place, isOther);
      const end = await place.isrf(line(place), { uid: isOther ? NOBODY : undefined });
      if (end.code !== 0) return misbehaviour(end) ?? broken(lastWords(end.stderr));
      const isEqual = !line(place).includes("--json") || said(place, end.stdout) === expected;
      return isEqual ? HELD : silentUse(`another answer than the owner's: ${lastWords(end.stdout)}`);
    },
  };
}

function refuses(name: string, how: string, isOther: boolean, line: readonly string[]): FaultCase {
  return {
    name: `${name} into it, shop ${how}`,
    async run(place): Promise<Verdict> {
      await setUp(place);
      await using _ = shut(place, isOther);
      const end = await place.isrf(line, { uid: isOther ? NOBODY : undefined });
      const isSaid =
        end.code === 1 && end.stderr.includes("shop") && !/\bE[A-Z]{4,}\b|\.(partial|lock)\b/.test(end.stderr);
      return misbehaviour(end) ?? (isSaid ? HELD : broken(`exit code ${end.code}: ${lastWords(end.stderr)}`));
    },
  };
}

async function setUp(place: Place): Promise<void> {
  await place.bash(`mkdir mine && cp -r run mine/copy && chmod -R a+rX . && chown -R ${NOBODY} mine`);
}

/** Nobody but root may write the shop; or nobody at all, until it is disposed of. */
function shut(place: Place, isOther: boolean): AsyncDisposable {
  const shop = place.path("shop");
  if (!isOther) {
    execFileSync("mount", ["--bind", shop, shop]);
    execFileSync("mount", ["-o", "remount,ro,bind", shop]);
  }
  return {
    async [Symbol.asyncDispose]() {
      if (!isOther) execFileSync("umount", ["-l", shop]);
    },
  };
}

const said = (place: Place, stdout: string): string => {
  const last = stdout.trim().split("\n").at(-1)!;
  return (last.startsWith("{") ? timeless(last) : "").replaceAll(place.folder, "");
};
