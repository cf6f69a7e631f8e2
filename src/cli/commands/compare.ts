import { z } from "zod";
import { UsageError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { compareSettings } from "../../pipeline/compare/settings.ts";
import { defineCommand, exact } from "../command.ts";
import { kebab } from "../fields.ts";

export const compareCommand = defineCommand({
  path: ["compare"],
  summary: "compare evaluated runs, with gains and paired tests",
  description:
    "Reads evaluation.json of each run and puts one table per question: systems in rows, data sets and metrics in columns. Runs with equal settings and different seeds are one row, mean and standard deviation. The first run's system is the reference: every other is tested against it, user by user and seed by seed, with Holm's correction.\n\n" +
    "NAME=RUN gives a row its name; runs of equal name are one row.\n\n" +
    "Runs whose protocol fingerprints differ are refused; --allow-unequal shows them marked and untested. A comparison.json that --out wrote can be named instead of runs, to draw it again as it is (--format, --out).",
  examples: [
    "isrf compare run-a run-b",
    "isrf compare isrf-1 isrf-2 isrf-3 sasrec-1 sasrec-2 sasrec-3 --test seeds",
    "isrf compare isrf-1 isrf-2 sasrec-1 sasrec-2 --out tables",
    "isrf compare ours=run-1 ours=run-2 wide=run-3",
    "isrf compare run --k 1,5,10 --metrics hr,mrr --format latex",
    "isrf compare tables/comparison.json --format csv",
  ],
  arguments: [
    { name: "run", description: "evaluated run directories, the reference first", required: true, variadic: true },
  ],
  options: compareSettings.extend({
    k: z.string().default("5,10").describe("cut the lists at these lengths"),
    metrics: z.string().default("hr,ndcg").describe("show some of hr, recall, ndcg, mrr, map"),
    format: z
      .enum(["text", "markdown", "latex", "csv", "json"])
      .default("text")
      .describe("print tables in this format"),
    out: z
      .string()
      .optional()
      .describe("also write comparison.md, .tex, .csv and .json into this directory")
      .meta({ value: "DIR" }),
  }),
  async run({ arguments: { run }, options }, { report, typed }) {
    const [{ compare, formatComparison, readComparison, writeComparison }, { columnsByCut }] = await Promise.all([
      import("../../pipeline/compare/index.ts"),
      import("../metric-words.ts"),
    ]);
    const { k, metrics, format, out, ...settings } = options;
    const { directories, labels } = await readLabels(run);
    const stored = run.filter((name) => name.endsWith(".json"));
    if (stored.length > 0 && run.length > 1) throw new UsageError("compare: name one comparison.json alone, or runs.");
    if (stored.length > 0) refuseUnheard(stored[0]!, typed);
    const comparison =
      stored.length > 0
        ? await readComparison(stored[0]!)
        : await compare(directories, exact({ ...settings, labels, metrics: columnsByCut(k, metrics) }));
    if (out !== undefined) {
      const paths = await writeComparison(out, comparison);
      report({ kind: "notice", message: `written: ${paths.join(", ")}` });
    }
    return { json: comparison, text: formatComparison(comparison, format), isData: format !== "text" };
  },
});

/** A comparison that is stored was measured already: it is drawn as it is. */
function refuseUnheard(stored: string, typed: ReadonlySet<string>): void {
  const unheard = [...typed].filter((key) => key !== "format" && key !== "out");
  if (unheard.length === 0) return;
  const words = unheard.map((key) => `--${kebab(key)}`).join(", ");
  throw new UsageError(
    `compare: ${words}: ${stored} is drawn as it was compared, and of options --format and --out alone are heard. Name the runs to compare them otherwise.`,
  );
}

/** `NAME=RUN` words taken apart; a folder whose own name has a sign like that is one. */
async function readLabels(words: readonly string[]): Promise<{ directories: string[]; labels: Map<string, string> }> {
  const labels = new Map<string, string>();
  const directories: string[] = [];
  for (const word of words) {
    const [, label, directory] = /^([\w.+-]+)=(.+)$/.exec(word) ?? [];
    const isNamed = label !== undefined && directory !== undefined && !(await exists(word));
    if (isNamed) labels.set(directory, label);
    directories.push(isNamed ? directory : word);
  }
  return { directories, labels };
}
