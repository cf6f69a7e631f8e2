// Counts the yardsticks of a dataset and asks each for every user's next item; bench/sizes.ts reads the last line:
//   node --import tsx bench/sizes/ask-yardsticks.ts DATASET
import { openDataset, splitLeaveLastTwo } from "../../src/data/index.ts";
import { itemKnn, markov, popularity } from "../../src/recommenders/yardsticks/index.ts";

const [directory] = process.argv.slice(2);
const figures: Record<string, number> = {};

async function timed<T>(name: string, work: () => T | Promise<T>): Promise<T> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  figures[`${name}, processor seconds`] = (user + system) / 1e6;
  return result;
}

const dataset = await timed("open", () => openDataset(directory!));
const split = splitLeaveLastTwo(dataset);
for (const make of [popularity, markov, itemKnn]) {
  const system = await timed(`count ${make.name}`, () => make({ split }));
  await timed(`ask ${make.name}`, async () => {
    for (let user = 0; user < split.nUsers; user++)
      await system.rankSequential([{ userIndex: user, history: dataset.sequences[user]!.subarray(0, -1) }], 20);
  });
  await system.dispose();
}
console.log(JSON.stringify({ figures }));
