// docs/results.md from the result folders of studies: `isrf study compare` writes a folder, this joins their pages.
//   npx tsx scripts/results-page.ts                  # every folder of results/ that holds a study.json
//   npx tsx scripts/results-page.ts results/beauty   # these alone
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { writeFileAtomic } from "../src/base/files.ts";
import { readComparison } from "../src/pipeline/compare/write-comparison.ts";
import { readStudyRecord, resultsPage } from "../src/pipeline/study/study-results.ts";

const HEAD = `# Results

Made by \`npx tsx scripts/results-page.ts\` from the folders of \`results/\` that hold a \`study.json\`; do not edit by hand.

- Each section says which command made it. \`isrf compare results/NAME/comparison.json --format latex\` draws its tables
  again.
- [evaluation.md](evaluation.md) says what the numbers mean, [baselines.md](baselines.md) what to make of them.
- Settings are chosen on validation items. Presets are chosen on validation items of Beauty and then frozen, but for the
  generative systems' warm start, chosen on those of MovieLens 100k too; older presets were once chosen partly on test
  items of Beauty. Where a table is of an older form of a system, its section says so.
- [real-run.md](real-run.md) is a single run with a page of its own.`;

/** Named by its folder, as several are of one data set; below it its note: that it is of an older form, for one. */
function asSection(page: string, folder: string): string {
  const [heading, ...rest] = page.split("\n");
  const note = join(folder, "note.md");
  const said = existsSync(note) ? ["", readFileSync(note, "utf8").trim()] : [];
  return [`${heading} (${basename(folder)})`, ...said, ...rest].join("\n");
}

const named = process.argv.slice(2);
const folders = named.length > 0 ? named : readdirSync("results").map((name) => join("results", name));
const studies = folders.filter((folder) => existsSync(join(folder, "study.json"))).sort();
const sections: string[] = [];
for (const folder of studies) {
  const record = await readStudyRecord(join(folder, "study.json"));
  const tables = join(folder, "comparison.json");
  const comparison = existsSync(tables) ? await readComparison(tables) : undefined;
  const page = asSection(resultsPage(record, comparison).trimEnd(), folder);
  sections.push(`${page}\n\nFolder: \`${folder}\`.`);
}
if (sections.length === 0) sections.push("No study has been recorded yet.");
await writeFileAtomic(join("docs", "results.md"), `${[HEAD, ...sections].join("\n\n")}\n`);
process.stdout.write(`docs/results.md: ${studies.length} studies\n`);
