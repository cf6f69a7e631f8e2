// Imports the P5 directory argv[2] to argv[3] over and over, until somebody kills the process.
import { importDataset } from "../../src/data/index.ts";

const [dir, out] = process.argv.slice(2) as [string, string];
for (let round = 0; ; round++) {
  await importDataset({ dir, out, overwrite: round > 0 }, (event) =>
    process.stdout.write(`${JSON.stringify(event)}\n`),
  );
  process.stdout.write("whole\n");
}
