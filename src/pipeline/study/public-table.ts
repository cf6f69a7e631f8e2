// What a study under protocol `paper` shows beside its comparison: metrics as public evaluators count them, and users
// apart by whether their own pair with the test item was in the training graph.
import { decimals } from "../../base/written-numbers.ts";
import { isRun, readRunConfig } from "../../runs/run.ts";
import { type EvaluationRecord, questionName, type SystemEvaluation } from "../evaluate/evaluation-record.ts";
import { readEvaluation } from "../evaluate/store.ts";

interface Figures {
  readonly hitRate: number;
  readonly ndcg: number;
}

/** HR@10 and NDCG@10 of one run in one question, counted in four ways. */
export interface PublicRow {
  readonly label: string;
  readonly dataset: string;
  /** Of its training; absent where there is none, and in records of earlier versions. */
  readonly seed?: number | undefined;
  readonly question: string;
  /** Every item counted once. */
  readonly once: Figures;
  /** As public evaluators count: repeated hits count again. Absent without free decoding. */
  readonly raw?: Figures | undefined;
  readonly leaked?: (Figures & { readonly users: number }) | undefined;
  readonly clean?: (Figures & { readonly users: number }) | undefined;
}

/** Rows of every evaluated run; `evaluated` holds directories by label. @throws InputError for a damaged record. */
export async function publicRows(evaluated: ReadonlyMap<string, readonly string[]>): Promise<PublicRow[]> {
  const rows: PublicRow[] = [];
  for (const [label, directories] of evaluated)
    for (const directory of directories) {
      const seed = (await isRun(directory)) ? (await readRunConfig(directory)).seed : undefined;
      rows.push(...rowsOf(label, seed, await readEvaluation(directory)));
    }
  return rows;
}

function rowsOf(label: string, seed: number | undefined, { dataset, system, tasks }: EvaluationRecord): PublicRow[] {
  return tasks.flatMap((task) => {
    const own = task.systems.find(({ name, kind }) => name === system && kind === "model");
    return own === undefined ? [] : [rowOf(own, { label, dataset: dataset.name, seed, question: questionName(task) })];
  });
}

function rowOf(
  { metrics, raw, leakage }: SystemEvaluation,
  named: Pick<PublicRow, "label" | "dataset" | "seed" | "question">,
): PublicRow {
  const value = (name: string) => metrics[name as keyof typeof metrics]!.value;
  const part = ({ users, metrics: own }: NonNullable<SystemEvaluation["leakage"]>["leaked"]) => ({
    users,
    hitRate: own["HR@10"],
    ndcg: own["NDCG@10"],
  });
  return {
    ...named,
    once: { hitRate: value("HR@10"), ndcg: value("NDCG@10") },
    raw: raw && { hitRate: raw.metrics["HR@10"], ndcg: raw.metrics["NDCG@10"] },
    leaked: leakage && part(leakage.leaked),
    clean: leakage && part(leakage.clean),
  };
}

/** Markdown, a row a training; headings begin at the third level. */
export function publicTable(rows: readonly PublicRow[]): string[] {
  const figures = (found: Figures | undefined) =>
    found === undefined ? "| " : `${decimals(found.hitRate)} | ${decimals(found.ndcg)}`;
  const hasSeeds = new Set(rows.flatMap(({ seed }) => seed ?? [])).size > 1;
  const seedOf = ({ seed }: PublicRow) => (hasSeeds ? ` ${seed ?? ""} |` : "");
  const users = (row: PublicRow) => row.leaked?.users.toLocaleString("en-US") ?? "";
  return [
    "### As public evaluators count, and users apart by whether they leaked",
    "",
    "HR@10 and NDCG@10. Once: every item counts once. Raw: repeated hits count again. Leaked: users whose own pair with the test " +
      "item was in the training graph; clean: the others.",
    "",
    `| data | system |${hasSeeds ? " seed |" : ""} question | once | | raw | | leaked | | clean | | leaked users |`,
    `|---|---|${hasSeeds ? "---:|" : ""}---|---:|---:|---:|---:|---:|---:|---:|---:|---:|`,
    ...rows.map(
      (row) =>
        `| ${row.dataset} | ${row.label} |${seedOf(row)} ${row.question} | ${figures(row.once)} | ${figures(row.raw)} | ${figures(row.leaked)} | ${figures(row.clean)} | ${users(row)} |`,
    ),
    "",
  ];
}
