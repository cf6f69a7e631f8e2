// The files of a comparison, and reading one back to draw it again without the runs it came from.
import { join } from "node:path";
import { z } from "zod";
import { writeFileAtomic } from "../../base/files.ts";
import { asRecord } from "../../base/records.ts";
import { readSealedJson, writeSealedJson } from "../../base/sealed-json.ts";
import type { Comparison } from "./comparison.ts";
import { formatComparison } from "./formats.ts";

const FILES = {
  markdown: "comparison.md",
  latex: "comparison.tex",
  csv: "comparison.csv",
  json: "comparison.json",
} as const;

/** Write `comparison.md`, `.tex`, `.csv` and `.json`, each as a whole; their paths. */
export async function writeComparison(directory: string, comparison: Comparison): Promise<string[]> {
  const paths: string[] = [];
  for (const [format, name] of Object.entries(FILES) as [keyof typeof FILES, string][]) {
    const path = join(directory, name);
    if (format === "json") await writeSealedJson(path, comparison);
    else await writeFileAtomic(path, `${formatComparison(comparison, format)}\n`);
    paths.push(path);
  }
  return paths;
}

const shape = z.looseObject({
  format: z.literal(1),
  kind: z.literal("comparison"),
  reference: z.int().min(0),
  systems: z.array(z.looseObject({ label: z.string() })).min(2),
  questions: z.array(z.looseObject({ question: z.string(), columns: z.array(z.looseObject({})) })),
});

/** @throws InputError for a file that is no comparison, or is not what was written. */
export async function readComparison(path: string): Promise<Comparison> {
  const expected = "comparison.json as isrf compare --out writes it";
  // The shape checks what drawing relies on; the rest is as we wrote it.
  const { value } = await readSealedJson(path, "Compare the runs again.");
  return asRecord(path, value, shape, { expected }) as unknown as Comparison;
}
