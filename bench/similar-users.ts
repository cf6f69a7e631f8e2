// Exact against approximate search for similar users on one dataset's vectors: seconds of each and the share of exact
// neighbours found. `npx tsx bench/similar-users.ts DIR EMBEDDINGS [K]`
import { performance } from "node:perf_hooks";
import { openDataset } from "../src/data/index.ts";
import { approximateSimilarUsers, openEmbeddings, similarUsers } from "../src/embedding/index.ts";

const [directory, name, k = "100"] = process.argv.slice(2);
if (directory === undefined || name === undefined) throw new Error("expected: DIR EMBEDDINGS [K]");
const { users } = await openEmbeddings(directory, name, await openDataset(directory));

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { seconds: (performance.now() - start) / 1000, result };
}

const exact = await timed(() => similarUsers(users, Number(k)));
const near = await timed(() => approximateSimilarUsers(users, Number(k)));
const { recall } = near.result;
const shape = { users: users.rows, columns: users.columns, k: Number(k) };
console.log(JSON.stringify({ ...shape, exactSeconds: exact.seconds, approximateSeconds: near.seconds, recall }));
