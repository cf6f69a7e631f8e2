// Commands that are ended at a random moment, by whatever signal: what they leave, and how they go on.
import { exists } from "../../src/base/files.ts";
import type { Random } from "../../src/base/random.ts";
import { type Ended, lastWords } from "./command.ts";
import { COMMANDS, type CommandName, type Place, TOY, unharmed, words } from "./ground.ts";
import { RESULTS } from "./results-of.ts";
import { HELD, loss, silentUse, type Verdict } from "./verdict.ts";

export interface Interruptible {
  readonly name: string;
  readonly command: CommandName;
  /** Bring the place to where the command is to begin. */
  begin(place: Place): Promise<void>;
  readonly words: readonly string[];
  /** How the user goes on afterwards. */
  goOn(place: Place): Promise<readonly string[]>;
  /** A command that reads what was left, and must refuse it or find it whole. */
  readonly look?: readonly string[] | undefined;
}

const without =
  (...names: readonly string[]) =>
  async (place: Place) => {
    await place.bash(`rm -rf ${names.join(" ")}`);
  };

const TRAINED = `run/checkpoint/current.json`;

export const INTERRUPTIBLE: readonly Interruptible[] = [
  {
    name: "import",
    command: "import",
    begin: without("imported"),
    words: COMMANDS.import,
    goOn: async (place) => [...COMMANDS.import, ...((await exists(place.path("imported"))) ? ["--overwrite"] : [])],
    look: words("data stats imported"),
  },
  {
    name: "import --overwrite",
    command: "import",
    begin: without(),
    words: [...COMMANDS.import, "--overwrite"],
    goOn: async () => [...COMMANDS.import, "--overwrite"],
    look: words("data stats imported"),
  },
  again("reason", "shop/reasoning"),
  again("embed", "shop/embeddings"),
  { ...again("embed", ""), name: "embed over vectors", begin: without() },
  {
    name: "train",
    command: "train",
    begin: without("run"),
    words: COMMANDS.train,
    goOn: async (place) => {
      const isBegun = await exists(place.path(TRAINED));
      if (!isBegun) await without("run")(place);
      return [...COMMANDS.train, ...(isBegun ? ["--resume"] : [])];
    },
  },
  {
    name: "train --resume",
    command: "train",
    begin: async (place) => void (await place.bash("rm -rf run && mv half run")),
    words: [...words("train shop --out run --resume"), ...TOY],
    goOn: async () => [...words("train shop --out run --resume"), ...TOY],
  },
  {
    ...again("evaluate", "run/evaluation.json run/ranks*"),
    look: words("compare run"),
  },
  again("study", "study"),
];

function again(command: CommandName, made: string): Interruptible {
  const line = COMMANDS[command];
  return { name: command, command, begin: without(made), words: line, goOn: async () => line };
}

/** A random moment of the command's work; the last tenth often lies after its end. */
export function momentOf({ command, name }: Interruptible, { ground }: Place, random: Random): number {
  const share = name === "train --resume" ? 0.7 : 1;
  return Math.round(ground.seconds[command] * share * 1000 * (0.15 + 0.95 * random.uniform()));
}

/** Whether what an interrupted command left is whole or nothing, and the same work ends as if nothing had happened. */
export async function aftermath(one: Interruptible, place: Place): Promise<Verdict> {
  const expected = await unharmed(place.ground, one.command, RESULTS[one.command]);
  if (one.look !== undefined) {
    const seen = await place.isrf(one.look);
    const left = await RESULTS[one.command](place);
    if (seen.code === 0 && left !== expected) return silentUse(`half of it reads as whole: ${left}`);
    if (one.name.includes("overwrite") && seen.code !== 0)
      return loss(`the old one is gone: ${lastWords(seen.stderr)}`);
  }
  const next = await place.isrf(await one.goOn(place));
  if (next.code !== 0) return loss(`does not go on: ${describe(next)}`);
  const found = await RESULTS[one.command](place);
  return found === expected ? HELD : loss(`ends otherwise than if left alone: ${found} for ${expected}`);
}

export function describe({ code, signal, stderr }: Ended): string {
  return `${signal ?? `exit code ${code}`}, ${lastWords(stderr)}`;
}
