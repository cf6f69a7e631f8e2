// Words that mean harm: escape sequences, patterns, odd ids, broken settings. Names are names, the terminal is safe.
import { mkdir, rename, writeFile } from "node:fs/promises";
import type { Random } from "../../src/base/random.ts";
import { type Ended, lastWords, misbehaviour } from "./command.ts";
import { type Place, TOY, words } from "./ground.ts";
import type { FaultCase, FaultKind } from "./trial.ts";
import { broken, HELD, silentUse, type Verdict } from "./verdict.ts";

/** What a terminal would act on: controls of both sets but line ends and tabs, and marks that turn text around. */
const UNPRINTABLE = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u;

const POISONS = [
  "\x1b]0;PWNED\x07",
  "\x1b[2J",
  "\u009b31m",
  "\x1bP1$r\x1b\\",
  "a\rb\x08",
  "\u202eevil",
  "\x1b[8mhidden",
];
const ODD_IDS = [
  "../../x",
  "__proto__",
  "constructor",
  "a".repeat(5000),
  "👩‍🚀",
  "a\u2028b",
  "x[1]*?",
  "-1",
  "null",
  " ",
];
const BAD_YAML = [
  "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ntrain: *c",
  "train: &t\n  again: *t",
  "__proto__: { x: 1 }",
  'train: !!js/function "function () {}"',
  "[".repeat(20_000),
  "\u0000\u0001\u0002",
  "- 1\n- 2",
  "train: { \x1b[2Jkey: 1 }",
];

const anyOf = <T>(list: readonly T[], random: Random): T => list[random.below(list.length)]!;

/** Refused or not, nothing of it reaches the terminal raw. */
function clean(end: Ended): Verdict {
  if (UNPRINTABLE.test(end.stdout + end.stderr))
    return broken(`raw on the terminal: ${lastWords(end.stderr || end.stdout)}`);
  return misbehaviour(end) ?? HELD;
}

/** Bad words where only good ones are accepted. */
function refused(end: Ended): Verdict {
  const verdict = clean(end);
  if (verdict.outcome !== "held" || (end.code !== 0 && end.stderr.includes("error: "))) return verdict;
  return silentUse(`exit code ${end.code}: ${lastWords(end.stderr)}`);
}

function poisoned(name: string, line: (poison: string, place: Place) => readonly string[]): FaultCase {
  return {
    name: `escape sequences in ${name}`,
    async run(place, random, note) {
      const poison = anyOf(POISONS, random);
      note(JSON.stringify(poison));
      return refused(await place.isrf(line(poison, place)));
    },
  };
}

/** A table whose cells hold the poison, imported and read by whatever prints it. */
const poisonedTable: FaultCase = {
  name: "escape sequences in titles and ids",
  async run(place, random, note) {
    const poison = anyOf(POISONS, random).replaceAll("\r", "");
    note(JSON.stringify(poison));
    await writeFile(
      place.path("buys.csv"),
      table((user, item) => [`${poison}${user}`, `${poison}${item}`]),
    );
    const items = Array.from({ length: 40 }, (_, i) => `"${poison}item-${i}","${poison}title ${i}","${poison}"`);
    await writeFile(place.path("items.csv"), ["item,title,brand", ...items, ""].join("\n"));
    const made = "--interactions buys.csv --items items.csv --k-core 1 --min-length 3 --out bad --name";
    for (const line of [
      words("data inspect buys.csv"),
      [...words("data import", made), `shop ${poison}`],
      words("data stats bad"),
      words("data audit bad"),
      words("reason bad --estimate"),
    ]) {
      const verdict = clean(await place.isrf(line));
      if (verdict.outcome !== "held") return { ...verdict, detail: `${line.slice(0, 2).join(" ")}: ${verdict.detail}` };
    }
    return HELD;
  },
};

const poisonedHeader: FaultCase = {
  name: "escape sequences in a CSV header",
  async run(place, random, note) {
    const poison = anyOf(POISONS, random).replaceAll("\r", "");
    note(JSON.stringify(poison));
    await writeFile(place.path("buys.csv"), `${poison}a,b,${poison}\n1,2,3\n`);
    return refused(await place.isrf(words("data import --interactions buys.csv --out bad")));
  },
};

const patternFile: FaultCase = {
  name: "a file named like a pattern",
  async run(place, random, note) {
    const [named, matched] = anyOf(
      [
        ["x[1].csv", "x1.csv"],
        ["x?.csv", "xy.csv"],
        ["*.csv", "a.csv"],
        ["{a,b}.csv", "b.csv"],
      ],
      random,
    ) as [string, string];
    note(named);
    const row = (users: number) => table((user, item) => [`u${user % users}`, `i${item}`]);
    await writeFile(place.path(named), row(40));
    await writeFile(place.path(matched), row(50));
    const end = await place.isrf([
      ...words("data import --k-core 1 --min-length 3 --json --out named --interactions"),
      named,
    ]);
    if (end.code !== 0) return refused(end);
    return /"users":40\b/.test(end.stdout) ? HELD : silentUse(`read another file: ${lastWords(end.stdout)}`);
  },
};

const patternFolder: FaultCase = {
  name: "a dataset named like a pattern",
  async run(place) {
    await rename(place.path("shop"), place.path("shop[1]"));
    await place.isrf(words("data synth --users 60 --items 60 --seed 1 --out shop1"));
    const end = await place.isrf(words("data stats shop[1] --json"));
    if (end.code !== 0) return broken(lastWords(end.stderr));
    return /"users":150\b/.test(end.stdout) ? HELD : silentUse(`read another dataset: ${lastWords(end.stdout)}`);
  },
};

const oddIds: FaultCase = {
  name: "odd ids",
  async run(place, random, note) {
    const id = anyOf(ODD_IDS, random);
    note(JSON.stringify(id.slice(0, 20)));
    const isOdd = random.below(2) === 0;
    await writeFile(
      place.path("buys.csv"),
      table((user, item) => [
        user === 0 && isOdd ? `"${id}"` : `u${user}`,
        item === 0 && !isOdd ? `"${id}"` : `i${item}`,
      ]),
    );
    const made = await place.isrf(
      words("data import --interactions buys.csv --k-core 1 --min-length 3 --json --out odd"),
    );
    if (made.code !== 0) return refused(made);
    if (!/"users":50\b/.test(made.stdout)) return silentUse(`an id is gone: ${lastWords(made.stdout)}`);
    return clean(await place.isrf(words("reason odd")));
  },
};

const badSettings: FaultCase = {
  name: "broken settings files",
  async run(place, random, note) {
    const text = anyOf(BAD_YAML, random);
    note(JSON.stringify(text.slice(0, 30)));
    await writeFile(place.path("bad.yaml"), text);
    const asPrompts = random.below(2) === 0;
    note(asPrompts ? "--prompts" : "--config");
    const line = asPrompts
      ? "reason shop --prompts bad.yaml"
      : "train shop --out anew --config bad.yaml --print-config";
    return refused(await place.isrf(words(line)));
  },
};

const notGzip: FaultCase = {
  name: "bytes that are no gzip or Parquet file",
  async run(place, random, note) {
    const name = anyOf(["buys.csv.gz", "buys.parquet", "buys.jsonl.gz"], random);
    note(name);
    await writeFile(
      place.path(name),
      Uint8Array.from({ length: 300 }, () => random.below(256)),
    );
    return refused(await place.isrf([...words("data import --out bad --interactions"), name]));
  },
};

const tooMuch: FaultCase = {
  name: "a gzip file of more rows than an import may take",
  async run(place, random, note) {
    const rows = String(1 + random.below(2900));
    note(`--max-rows ${rows}`);
    await place.bash("gzip buys.csv");
    return refused(await place.isrf(words("data import --out bad --interactions buys.csv.gz --max-rows", rows)));
  },
};

const poisonedFolder: FaultCase = {
  name: "escape sequences in a folder's name",
  async run(place, random, note) {
    const poison = anyOf(POISONS, random);
    note(JSON.stringify(poison));
    await mkdir(place.path(poison));
    return refused(await place.isrf(["data", "stats", poison]));
  },
};

export const HOSTILE: FaultKind = {
  kind: "hostile",
  cases: [
    poisonedTable,
    patternFile,
    poisoned("--user", (poison) => [
      ...words("recommend run --dataset shop --candidates"),
      poison,
      ...words("--task direct --user"),
      poison,
    ]),
    oddIds,
    badSettings,
    poisonedHeader,
    patternFolder,
    poisonedFolder,
    poisoned("--set", (poison) => [...words("train shop --out anew"), ...TOY, "--set", `${poison}=1`]),
    poisoned("--llm", (poison) => ["reason", "shop", "--llm", `${poison}:x`]),
    poisoned("a path", (poison) => ["compare", `nowhere/${poison}`]),
    notGzip,
    tooMuch,
  ],
};

/** 1,000 rows of 50 users and 40 items, by number. */
function table(ids: (user: number, item: number) => readonly string[]): string {
  const rows = Array.from({ length: 1000 }, (_, i) =>
    [...ids(i % 50, (i * 7 + Math.floor(i / 50)) % 40), i + 1].join(","),
  );
  return ["user,item,timestamp", ...rows, ""].join("\n");
}
