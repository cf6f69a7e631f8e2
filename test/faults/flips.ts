// One byte changed, or the end cut off, in every file of every artifact: refused by name, or of no consequence.
import { readFile, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { sha256File } from "../../src/base/files.ts";
import type { Random } from "../../src/base/random.ts";
import { lastWords, misbehaviour } from "./command.ts";
import { COMMANDS, type Place, TOY, unharmed, words } from "./ground.ts";
import { RESULTS, timeless, training } from "./results-of.ts";
import type { FaultCase, FaultKind } from "./trial.ts";
import { broken, HELD, silentUse } from "./verdict.ts";

interface Reader {
  words(place: Place): readonly string[];
  /** What comes of it: its stdout, unless it writes something. */
  result?(place: Place): Promise<string>;
  /** It looks at every byte: no damage is of no consequence. */
  readonly isThorough?: boolean | undefined;
}

const prints = (...lines: readonly string[]): Reader => ({ words: () => words(...lines) });

const READERS = {
  stats: prints("data stats shop --json"),
  audit: prints("data audit shop --json"),
  compare: prints("compare run --json"),
  reason: { words: () => COMMANDS.reason, result: RESULTS.reason },
  embed: { words: () => COMMANDS.embed, result: RESULTS.embed },
  train: {
    words: () => [...words("train shop --out anew"), ...TOY],
    result: (place) => training(place.path("anew")),
  },
  resume: {
    words: () => [...words("train shop --out half --resume"), ...TOY],
    result: (place) => training(place.path("half")),
  },
  evaluate: { words: () => COMMANDS.evaluate, result: RESULTS.evaluate },
  recommend: {
    words: ({ ground }) => words("recommend run --dataset shop --threads 1 --json --user", ground.user),
  },
  "verify shop": { ...prints("verify shop --json"), isThorough: true },
  "verify run": { ...prints("verify run --json"), isThorough: true },
} satisfies Readonly<Record<string, Reader>>;

type ReaderName = keyof typeof READERS;

/** Which file to damage, with `*` for a checkpoint's number, and who reads it. */
const TARGETS: readonly (readonly [file: string, ...readers: readonly ReaderName[]])[] = [
  ["shop/manifest.json", "stats", "train", "verify shop"],
  ["shop/interactions.parquet", "stats", "recommend", "verify shop"],
  ["shop/items.parquet", "stats", "embed", "verify shop"],
  ["shop/users.parquet", "stats", "verify shop"],
  ["shop/candidates.parquet", "audit", "evaluate", "verify shop"],
  ["shop/reasoning/journal.db", "reason", "embed"],
  ["shop/embeddings/lsa/manifest.json", "train", "verify shop"],
  ["shop/embeddings/lsa/items.safetensors", "train", "evaluate", "verify shop"],
  ["shop/embeddings/lsa/users.safetensors", "train", "verify shop"],
  ["run/config.json", "recommend", "verify run"],
  ["run/training.json", "evaluate", "verify run"],
  ["run/training.safetensors", "evaluate", "verify run"],
  ["run/checkpoint/current.json", "recommend", "verify run"],
  ["run/checkpoint/best-*/model.json", "recommend", "verify run"],
  ["run/checkpoint/best-*/model.safetensors", "recommend", "evaluate", "verify run"],
  ["run/checkpoint/best-*/interests.safetensors", "recommend", "verify run"],
  ["half/checkpoint/last-*/model.safetensors", "resume"],
  ["half/checkpoint/last-*/optimiser.safetensors", "resume"],
  ["half/checkpoint/last-*/loop.json", "resume"],
  ["half/metrics.jsonl", "resume"],
  ["run/evaluation.json", "compare", "verify run"],
  ["run/ranks-*.json", "compare", "verify run"],
];

export const FLIPS: FaultKind = {
  kind: "flips",
  cases: TARGETS.flatMap(([file, ...readers]) => readers.map((reader) => damage(file, reader))),
};

function damage(pattern: string, name: ReaderName): FaultCase {
  const reader: Reader = READERS[name];
  const ask = async (place: Place) => {
    const ended = await place.isrf(reader.words(place));
    const text = ended.code === 0 ? await (reader.result?.(place) ?? answer(ended.stdout, place)) : "refused";
    return { ended, text };
  };
  return {
    name: `${pattern} read by ${name}`,
    async run(place, random, note) {
      const expected = await unharmed(place.ground, `read by ${name}`, async (whole) => (await ask(whole)).text);
      const file = await fileLike(place, pattern, random);
      note(await harm(file, random));
      const damaged = await sha256File(file);
      const { ended, text } = await ask(place);
      if (ended.code !== 0) {
        const isNamed = [basename(file), dirname(pattern).split("/").at(-1)!].some((part) =>
          (ended.stderr + ended.stdout).includes(part),
        );
        return misbehaviour(ended) ?? (isNamed ? HELD : broken(`names no file: ${lastWords(ended.stderr)}`));
      }
      if (text === expected && reader.isThorough !== true) return HELD;
      const isMended = (await sha256File(file).catch(() => "")) !== damaged;
      return silentUse(`another result${isMended ? ", the file was written anew" : ""}: ${lastWords(ended.stderr)}`);
    },
  };
}

/** One figure of a JSON reply, without times and without the place's own folder. */
const answer = async (stdout: string, place: Place): Promise<string> =>
  timeless(stdout.trim().split("\n").at(-1)!).replaceAll(place.folder, "");

async function fileLike(place: Place, pattern: string, random: Random): Promise<string> {
  const { stdout } = await place.bash(`ls -d ${pattern}`);
  const files = stdout.trim().split("\n");
  return place.path(files[random.below(files.length)]!);
}

/** Change one bit or more of a byte, or cut the file; say what was done. */
async function harm(file: string, random: Random): Promise<string> {
  const bytes = await readFile(file);
  const at = random.below(bytes.length);
  if (random.below(5) === 0) {
    await writeFile(file, bytes.subarray(0, at));
    return `cut at ${at} of ${bytes.length}`;
  }
  const mask = 1 + random.below(255);
  bytes[at]! ^= mask;
  await writeFile(file, bytes);
  return `byte ${at} ^ ${mask}`;
}
