// Two at once on one folder: exactly one does the work, or both end right; nothing is mixed.
import type { Ended } from "./command.ts";
import { misbehaviour } from "./command.ts";
import { COMMANDS, type CommandName, type Place, TOY, unharmed, words } from "./ground.ts";
import { describe } from "./interruption.ts";
import { RESULTS, tables, training } from "./results-of.ts";
import type { FaultCase, FaultKind } from "./trial.ts";
import { broken, falseSuccess, HELD, loss } from "./verdict.ts";

interface Pair {
  readonly name: string;
  readonly command: CommandName;
  readonly gone: string;
  readonly words: readonly string[];
  readonly result?: ((place: Place) => Promise<string>) | undefined;
}

const PAIRS: readonly Pair[] = [
  { name: "two trains", command: "train", gone: "run", words: COMMANDS.train },
  {
    name: "two resumes",
    command: "train",
    gone: "",
    words: [...words("train shop --out half --resume"), ...TOY],
    result: (place) => training(place.path("half")),
  },
  { name: "two embeds", command: "embed", gone: "shop/embeddings", words: COMMANDS.embed },
  { name: "two reasons", command: "reason", gone: "shop/reasoning", words: COMMANDS.reason },
  { name: "two imports", command: "import", gone: "imported", words: COMMANDS.import },
  { name: "two overwrites", command: "import", gone: "", words: [...COMMANDS.import, "--overwrite"] },
  { name: "two evaluates", command: "evaluate", gone: "run/evaluation.json", words: COMMANDS.evaluate },
];

export const LOCKS: FaultKind = { kind: "locks", cases: [...PAIRS.map(both), overwriteDuringTraining()] };

/** Who is there: command, process, machine. */
const HOLDER = /isrf [a-z]+ \(pid \d+ on \S+, since \S+\) is writing there/;

function both({ name, command, gone, words: line, result = RESULTS[command] }: Pair): FaultCase {
  return {
    name,
    async run(place, random, note) {
      const expected = await unharmed(place.ground, command, RESULTS[command]);
      await place.bash(`rm -rf ${gone}`);
      const shift = random.below(500);
      note(`${shift} ms apart`);
      const ends = await Promise.all([place.isrf(line), later(shift, () => place.isrf(line))]);
      const trouble = ends.map(misbehaviour).find((verdict) => verdict !== undefined);
      if (trouble !== undefined) return trouble;
      const nameless = ends.find(({ stderr }) => /is writing there/.test(stderr) && !HOLDER.test(stderr));
      if (nameless !== undefined) return broken(`it does not say who holds it: ${describe(nameless)}`);
      if (ends.every(({ code }) => code !== 0)) return loss(`neither did it: ${ends.map(describe).join("; ")}`);
      const found = await result(place);
      if (found === expected) return HELD;
      const codes = ends.map(({ code }) => code).join(" and ");
      return falseSuccess(`exit codes ${codes}, ${found} for ${expected}`);
    },
  };
}

function overwriteDuringTraining(): FaultCase {
  return {
    name: "import --overwrite during train",
    async run(place, random, note) {
      const expected = await unharmed(place.ground, "train", RESULTS.train);
      const old = await tables(place.path("shop"));
      const imported = await unharmed(place.ground, "import", RESULTS.import);
      await place.bash("rm -rf run");
      const shift = random.below(Math.round(place.ground.seconds.train * 1000));
      note(`${shift} ms into it`);
      const line = words("data import --interactions buys.csv --k-core 1 --min-length 3 --out shop --overwrite");
      const [train, overwrite] = await Promise.all([place.isrf(COMMANDS.train), later(shift, () => place.isrf(line))]);
      for (const end of [train, overwrite]) {
        const trouble = misbehaviour(end);
        if (trouble !== undefined) return trouble;
      }
      const now = await tables(place.path("shop"));
      if (now !== (overwrite.code === 0 ? imported : old)) return loss(`the dataset is neither old nor new: ${now}`);
      if (train.code === 0 && (await RESULTS.train(place)) !== expected) return falseSuccess("another model");
      if (train.code !== 0 && overwrite.code !== 0)
        return broken(`neither: ${[train, overwrite].map(describe).join("; ")}`);
      return HELD;
    },
  };
}

async function later(ms: number, work: () => Promise<Ended>): Promise<Ended> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return work();
}
