// A disk with little room: the message says where, what was there stays, and the work goes on when there is room again.
import type { Random } from "../../src/base/random.ts";
import { mountRefusal } from "../support/small-disk.ts";
import { lastWords, misbehaviour } from "./command.ts";
import { type Place, placeAt, unharmed } from "./ground.ts";
import { describe, INTERRUPTIBLE, type Interruptible } from "./interruption.ts";
import { RESULTS } from "./results-of.ts";
import type { FaultCase, FaultKind } from "./trial.ts";
import { broken, falseSuccess, HELD, loss, type Verdict } from "./verdict.ts";

const SIZE_KB = 64 * 1024;
/** More than any command needs, less than the disk. */
const MOST_FREE_KB: Readonly<Record<string, number>> = {
  train: 4000,
  import: 300,
  reason: 900,
  embed: 40,
  evaluate: 200,
};

/** The disk's own folder is another: that of a thing that is not there yet. */
const PLACES = ["imported", "shop", "run"];

const FILLED = INTERRUPTIBLE.filter(({ name, command }) => command in MOST_FREE_KB && name !== "train --resume");

export const DISKS: FaultKind = {
  kind: "disks",
  cases: FILLED.map(full),
  reasonToSkip: mountRefusal,
};

function full(one: Interruptible): FaultCase {
  return {
    name: one.name,
    async run(place, random, note) {
      const expected = await unharmed(place.ground, one.command, RESULTS[one.command]);
      await one.begin(place);
      await using disk = await smallDisk(place);
      const free = freeKb(one, random);
      note(`${free} KB free`);
      await disk.fill(free);
      // Awaited: the disk goes when this function returns.
      return await trial(one, place, disk, expected);
    },
  };
}

async function trial(one: Interruptible, place: Place, disk: SmallDisk, expected: string): Promise<Verdict> {
  const there = placeAt(disk.folder, place.ground);
  const before = await RESULTS[one.command](there);
  const end = await there.isrf(one.words);
  const trouble = misbehaviour(end);
  if (trouble !== undefined) return trouble;
  if (end.code === 0)
    return (await RESULTS[one.command](there)) === expected ? HELD : falseSuccess(lastWords(end.stderr));
  const isOver = before === expected;
  if (isOver && (await RESULTS[one.command](there)) !== before) return loss("what was there has gone");
  await disk.fill(undefined);
  const next = await there.isrf(await one.goOn(there));
  if (next.code !== 0) return loss(`does not go on with room: ${describe(next)}`);
  if ((await RESULTS[one.command](there)) !== expected) return loss("goes on to another result");
  const saysWhere = [disk.folder, ...PLACES].some((name) => end.stderr.includes(name));
  const saysWhy = /no space|disk is full|full/i.test(end.stderr);
  return saysWhere && saysWhy ? HELD : broken(`does not say where and why: ${lastWords(end.stderr)}`);
}

function freeKb({ command }: Interruptible, random: Random): number {
  return random.below(3) === 0 ? 0 : random.below(MOST_FREE_KB[command]!);
}

interface SmallDisk extends AsyncDisposable {
  readonly folder: string;
  /** Leave so much room; undefined: all there is. */
  fill(freeKb: number | undefined): Promise<void>;
}

/** A disk of its own with everything of the place on it. */
async function smallDisk(place: Place): Promise<SmallDisk> {
  const folder = place.path("disk");
  const bash = async (line: string) => {
    const { code, stderr } = await place.bash(line);
    if (code !== 0) throw new Error(stderr);
  };
  await bash(`mkdir disk && mount -t tmpfs -o size=${SIZE_KB}k tmpfs disk`);
  await bash("shopt -s dotglob extglob\ncp -r !(disk) disk/");
  return {
    folder,
    fill: async (free) => {
      await bash("rm -f disk/.filler");
      if (free === undefined) return;
      await bash(
        `head -c $(( $(df --output=avail -k disk | tail -1) * 1024 - ${free} * 1024 )) /dev/zero > disk/.filler`,
      );
    },
    [Symbol.asyncDispose]: async () => void (await place.bash("umount -l disk")),
  };
}
