// The results folder of a study: small files that can be kept under version control. `study.json` says what was done,
// `comparison.*` what came out, `results.md` both for readers.
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomic } from "../../base/files.ts";
import { asRecord } from "../../base/records.ts";
import { readSealedJson, writeSealedJson } from "../../base/sealed-json.ts";
import { decimals } from "../../base/written-numbers.ts";
import type { Comparison } from "../compare/comparison.ts";
import { formatComparison } from "../compare/formats.ts";
import { writeComparison } from "../compare/write-comparison.ts";
import { drawTable } from "../tables/index.ts";
import { secondsOf } from "./costs.ts";
import { drawStudy, type StudyFigure } from "./designs/design.ts";
import { writePrinted } from "./designs/printed.ts";
import { type PublicRow, publicTable } from "./public-table.ts";
import { rowWords } from "./row-words.ts";
import type { CellRecord } from "./run-cell.ts";
import type { StudyConfig } from "./study-config.ts";
import type { VectorFigures } from "./vector-figures.ts";
import { vectorTable } from "./vector-table.ts";

/** What was tried on validation items, and what was taken. */
export interface Choice {
  readonly dataset: string;
  readonly label: string;
  readonly trials: readonly {
    readonly settings: Readonly<Record<string, unknown>>;
    /** Null where the training failed. */
    readonly validationScore: number | null;
  }[];
  /** Position in `trials`; absent when all failed. */
  readonly chosen?: number | undefined;
}

export interface StudyRecord {
  readonly format: 1;
  readonly kind: "study";
  readonly command: string;
  readonly complete: boolean;
  readonly config: StudyConfig;
  readonly datasets: readonly {
    readonly name: string;
    readonly hash: string;
    readonly users: number;
    readonly items: number;
    readonly interactions: number;
  }[];
  readonly choices: readonly Choice[];
  /** Every finished training: command, commit, seed, machine, what came of it. */
  readonly cells: readonly CellRecord[];
  /** Protocol `paper` alone. */
  readonly publicRows?: readonly PublicRow[] | undefined;
  /** Of those that systems differ by, where they do. */
  readonly vectors?: readonly VectorFigures[] | undefined;
}

/** What drawing a study's page relies on. */
const studySchema = z.looseObject({
  format: z.literal(1),
  kind: z.literal("study"),
  command: z.string(),
  complete: z.boolean(),
  config: z.looseObject({ seeds: z.array(z.int()), trials: z.int(), minutes: z.number() }),
  datasets: z.array(z.looseObject({ name: z.string(), users: z.int(), items: z.int(), interactions: z.int() })),
  choices: z.array(z.looseObject({ label: z.string() })),
  cells: z.array(z.looseObject({ label: z.string(), seed: z.int() })),
});

/** @throws InputError for a file that is no record of a study, or is not what was written. */
export async function readStudyRecord(path: string): Promise<StudyRecord> {
  const expected = "study.json as isrf study compare writes it";
  const { value } = await readSealedJson(path, "Run the study again: finished cells are kept.");
  return asRecord(path, value, studySchema, { expected }) as unknown as StudyRecord;
}

/** What is shown of a comparison beside its tables. */
export interface Shown {
  /** Where the study asks one question. */
  readonly figure?: StudyFigure | undefined;
  /** Whether the paper's own figures stand beside. */
  readonly printed?: boolean | undefined;
}

/** Write the folder; the paths of its files. */
export async function writeResults(
  directory: string,
  record: StudyRecord,
  comparison: Comparison | undefined,
  { figure, printed = false }: Shown = {},
): Promise<string[]> {
  const study = join(directory, "study.json");
  await writeSealedJson(study, record);
  const tables = comparison === undefined ? [] : await writeComparison(directory, comparison);
  const pictures: string[] = [];
  if (comparison !== undefined && figure !== undefined) {
    pictures.push(join(directory, `${figure.name}.svg`));
    await writeFileAtomic(pictures[0]!, drawStudy(figure, comparison));
  }
  if (comparison !== undefined && printed) pictures.push(...(await writePrinted(directory, comparison)));
  const page = join(directory, "results.md");
  await writeFileAtomic(page, `${resultsPage(record, comparison, figure)}\n`);
  return [study, ...tables, ...pictures, page];
}

/** The study for readers, in Markdown; headings begin at the second level. */
export function resultsPage(
  record: StudyRecord,
  comparison: Comparison | undefined,
  figure?: StudyFigure | undefined,
): string {
  const { command, complete, config, datasets, cells } = record;
  const title = datasets.map(({ name }) => name).join(", ");
  return [
    `## ${title}${config.protocol === "paper" ? ", protocol paper" : ""}`,
    "",
    ...(complete ? [] : ["**Not complete yet**: the same command goes on.", ""]),
    "```",
    command,
    "```",
    "",
    ...datasets.map(
      ({ name, users, items, interactions }) =>
        `- ${name}: ${whole(users)} users, ${whole(items)} items, ${whole(interactions)} interactions`,
    ),
    `- protocol ${comparison?.protocol ?? config.protocol ?? "strict"}; seeds ${seedWords(config)}; ` +
      `${trialWords(config)} on validation items, with seed ${config.seeds[0]}${fewerTrials(record)}`,
    ...limitWords(config),
    ...(config.users === undefined
      ? []
      : [`- test questions to a fixed random sample of ${whole(config.users)} users`]),
    ...originsOf(cells),
    ...takenWords(cells),
    "",
    ...(comparison === undefined ? [] : [formatComparison(comparison, "markdown"), ""]),
    ...(comparison === undefined || figure === undefined ? [] : [`![${figure.title}](${figure.name}.svg)`, ""]),
    ...(record.publicRows === undefined ? [] : publicTable(record.publicRows)),
    ...(record.vectors === undefined ? [] : [drawTable(vectorTable(record.vectors), "markdown"), ""]),
    "### What each row is",
    "",
    ...rowWords(config.systems, config.preset).map((words) => `- ${words}`),
    "",
    "### What was tried on validation items",
    "",
    ...choiceTable(record),
    "",
    ...trainingTable(cells),
    ...failures(cells),
  ].join("\n");
}

function seedWords({ seeds, systems }: StudyConfig): string {
  const own = systems.flatMap(({ model, label = model, seeds }) => (seeds ? [`${label} ${seeds.join(", ")}`] : []));
  return `${seeds.join(", ")}${own.length === 0 ? "" : ` (${own.join("; ")})`}`;
}

/** The study's limit is one of epochs, and some systems may have their own. */
function limitWords({ minutes, systems }: StudyConfig): string[] {
  if (minutes === 0) return [];
  const own = new Map<string, string[]>();
  for (const { model, label = model, set, grid = [{}] } of systems) {
    const limit = { ...set, ...grid[0] }.maxMinutes;
    if (limit === undefined || limit === minutes) continue;
    const words = limit === 0 ? "without a limit" : `at most ${limit}`;
    own.set(words, [...(own.get(words) ?? []), label]);
  }
  const others = [...own].map(([words, labels]) => `; ${words}: ${labels.join(", ")}`);
  return [`- at most ${minutes} minutes of a training's epochs${others.join("")}`];
}

function originsOf(cells: readonly CellRecord[]): string[] {
  const commits = new Set(cells.flatMap(({ commit }) => commit?.replace(/^([0-9a-f]{12})[0-9a-f]+/, "$1") ?? []));
  const threads = new Set(cells.flatMap((cell) => cell.threads ?? []));
  const machines = new Set(
    cells.map(
      ({ machine: { cpu, cores, memoryGiB, node } }) => `${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node}`,
    ),
  );
  return [
    ...(commits.size > 0 ? [`- commit ${[...commits].join(", ")}`] : []),
    ...(machines.size > 0 ? [`- machine: ${[...machines].join("; ")}`] : []),
    ...(threads.size > 0 ? [`- CPU threads of a training: ${[...threads].join(", ")}`] : []),
  ];
}

function takenWords(cells: readonly CellRecord[]): string[] {
  const labels = cells.filter(({ takenFrom }) => takenFrom !== undefined).map(({ label }) => label);
  if (labels.length === 0) return [];
  const counts = [...new Set(labels)].map((label) => `${label} ${labels.filter((one) => one === label).length}`);
  return [`- trainings that another row or study had done already, taken from there: ${counts.join(", ")}`];
}

function trialWords({ trials }: StudyConfig): string {
  return trials === 1 ? "one setting per system, scored" : `${trials} settings per system tried`;
}

/** Who got fewer trials than the others. */
function fewerTrials({ config, choices }: StudyRecord): string {
  const labels = choices.filter(({ trials }) => trials.length < config.trials).map(({ label }) => label);
  return labels.length === 0 ? "" : `; fewer for ${[...new Set(labels)].join(", ")}, see below`;
}

function choiceTable({ choices }: StudyRecord): string[] {
  const rows = choices.flatMap(({ dataset, label, trials, chosen }) =>
    trials.map(({ settings, validationScore }, i) => {
      const words = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
      const score = validationScore === null ? "failed" : decimals(validationScore);
      return `| ${dataset} | ${label} | ${words.join(", ") || "preset"} | ${i === chosen ? `**${score}**` : score} |`;
    }),
  );
  return ["| data | system | settings over the preset's | validation score |", "|---|---|---|---:|", ...rows];
}

function trainingTable(cells: readonly CellRecord[]): string[] {
  const rows = cells.flatMap((cell) => {
    const { dataset, label, seed, settings, training, command } = cell;
    if (training === undefined) return [];
    const { epoch, bestEpoch, stopped } = training;
    const words = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
    const minutes = decimals(secondsOf(cell)! / 60, 1);
    return [
      `| ${dataset} | ${label} | ${words.join(", ") || "preset"} | ${seed} | ${epoch} | ${bestEpoch} | ${stopped} | ${deviceIn(command)} | ${minutes} |`,
    ];
  });
  if (rows.length === 0) return [];
  const head = "| data | system | settings | seed | epochs | best | ended by | device | minutes |";
  return ["### Trainings", "", head, "|---|---|---|---:|---:|---:|---|---|---:|", ...rows, ""];
}

/** As the command that trained it says. */
function deviceIn(command: string): string {
  return / --device (\w+)/.exec(command)?.[1] ?? "cpu";
}

function failures(cells: readonly CellRecord[]): string[] {
  const failed = cells.flatMap(({ id, failed: why }) => (why === undefined ? [] : [`- ${id}: ${why}`]));
  return failed.length === 0 ? [] : ["### Failed", "", ...failed, ""];
}

function whole(value: number): string {
  return value.toLocaleString("en-US");
}
