// Damages a small journal in many ways, reads it by every way there is, repairs it by reasoning again, and prints one
// line of JSON a copy. A process of its own, since damage might end it: argv holds a folder and how many copies.
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { InputError } from "../../src/base/errors.ts";
import { Random } from "../../src/base/random.ts";
import { splitLeaveLastTwo } from "../../src/data/index.ts";
import { exportReasoning, reason } from "../../src/pipeline/reason/index.ts";
import {
  auditUserTexts,
  Journal,
  journalPath,
  offlineReasoner,
  readReasoning,
  readUserTexts,
} from "../../src/reasoning/index.ts";
import { tinyShop } from "./tiny-shop.ts";

/** What one way of reading did with a damaged copy: "same", "different", "refused" or the words of another error. */
export type Outcome = string;

export interface Trial {
  readonly damage: string;
  readonly outcomes: Readonly<Record<string, Outcome>>;
  /** Questions put again by the repair. */
  readonly asked: number;
  readonly saved: number | undefined;
  readonly repaired: Outcome;
  readonly files: readonly string[];
}

const [folder, count] = process.argv.slice(2) as [string, string];
const dataset = tinyShop(folder);
const options = { dataset, reasoner: offlineReasoner(dataset, splitLeaveLastTwo(dataset)), seed: 3 };
const path = journalPath(folder);
const exported = join(folder, "answers.jsonl");

/** Every way to read, by the command that goes it. */
const WAYS: Readonly<Record<string, () => Promise<unknown>>> = {
  embed: () => readReasoning(folder, dataset),
  explain: async () => [...(await readUserTexts(folder, dataset, [3, 7])).texts],
  audit: () => auditUserTexts(folder, dataset),
  "reason-export": async () => {
    await exportReasoning(folder, exported);
    return readFileSync(exported, "utf8");
  },
};

async function read(expected: Readonly<Record<string, unknown>>): Promise<Record<string, Outcome>> {
  const outcomes: Record<string, Outcome> = {};
  for (const [name, way] of Object.entries(WAYS)) {
    outcomes[name] = await way().then(
      (found) => (JSON.stringify(found) === JSON.stringify(expected[name]) ? "same" : "different"),
      (error: unknown) =>
        error instanceof InputError && error.message.includes("`isrf reason /") ? "refused" : String(error),
    );
  }
  return outcomes;
}

function inLog(): { file: Buffer; log: Buffer } {
  using source = Journal.read(path);
  const other = join(folder, "other.db");
  using journal = Journal.open(other);
  for (const record of source.records()) journal.merge([record]);
  return { file: readFileSync(other), log: readFileSync(`${other}-wal`) };
}

/** Random bytes at a random place, single flipped bits, pages of one byte, or an end that is missing. */
function damaged(original: Buffer, random: Random): [what: string, bytes: Buffer] {
  const bytes = Buffer.from(original);
  const at = random.below(bytes.length);
  const kind = random.below(4);
  if (kind === 0) return [`cut at ${at}`, bytes.subarray(0, at)];
  if (kind === 1) {
    bytes[at]! ^= 1 << random.below(8);
    return [`a bit of ${at}`, bytes];
  }
  const length = [1, 64, 600, 4096][random.below(4)]!;
  const fill = kind === 2 ? undefined : random.below(256);
  for (let i = at; i < Math.min(at + length, bytes.length); i++) bytes[i] = fill ?? random.below(256);
  return [`${length} bytes of ${fill ?? "anything"} from ${at}`, bytes];
}

await reason(options);
/** The journal's file and its log: all answers in the one, or most of them in the other. */
const originals = [{ file: readFileSync(path), log: Buffer.alloc(0) }, inLog()];
const expected = Object.fromEntries(
  await Promise.all(Object.entries(WAYS).map(async ([name, way]) => [name, await way()])),
) as Readonly<Record<string, unknown>>;

for (let seed = 0; seed < Number(count); seed++) {
  const isLogged = seed % 4 === 3;
  const original = originals[Number(isLogged)]!;
  const [what, bytes] = damaged(isLogged ? original.log : original.file, Random.of(seed));
  const damage = isLogged ? `in the log, ${what}` : what;
  for (const name of readdirSync(dirname(path))) {
    if (name.startsWith("journal.db")) rmSync(join(dirname(path), name));
  }
  writeFileSync(path, isLogged ? original.file : bytes);
  if (isLogged) writeFileSync(`${path}-wal`, bytes);
  process.stdout.write(`${JSON.stringify({ begins: damage })}\n`);
  const outcomes = await read(expected);
  let saved: number | undefined;
  const asked = await reason({
    ...options,
    report: (event) => {
      if (event.kind === "warning") saved = Number(/(\d+) answers were saved/.exec(event.message)?.[1]);
    },
  }).then(
    ({ tally }) => tally.asked,
    // What is no journal at all any more is left to its owner.
    (error: unknown) => (String(error).includes("Move it away") ? -1 : Promise.reject(error)),
  );
  const texts = asked < 0 ? "refused" : (await read(expected)).embed!;
  const files = readdirSync(dirname(path)).filter((name) => name !== "manifest.json");
  const trial: Trial = { damage, outcomes, asked, saved, repaired: texts, files };
  process.stdout.write(`${JSON.stringify(trial)}\n`);
}
