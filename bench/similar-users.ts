// Exact against approximate search for similar users on one dataset's vectors: seconds of each and the share of exact
// neighbours found. `npx tsx bench/similar-users.ts DIR EMBEDDINGS [K [USERS]]`; with more USERS than there are, the
// others are copies of them, moved at random by a distance of about 0.3.
import { performance } from "node:perf_hooks";
import { type Matrix, matrix } from "../src/base/matrix.ts";
import { Random } from "../src/base/random.ts";
import { openDataset } from "../src/data/index.ts";
import { approximateSimilarUsers, openEmbeddings, similarUsers } from "../src/embedding/index.ts";

const [directory, name, k = "100", wanted] = process.argv.slice(2);
if (directory === undefined || name === undefined) throw new Error("expected: DIR EMBEDDINGS [K [USERS]]");
const known = (await openEmbeddings(directory, name, await openDataset(directory))).users;
const users = wanted === undefined ? known : enlarged(known, Number(wanted));

function enlarged({ rows, columns, data }: Matrix, count: number): Matrix {
  const random = Random.of(2026, "more users");
  // Unit vectors: a shift of 0.3 in all, spread over the columns.
  const noise = 0.3 / Math.sqrt(columns);
  const values = Float32Array.from({ length: count * columns }, (_, i) => {
    const row = Math.floor(i / columns);
    const value = data[(row % rows) * columns + (i % columns)]!;
    return row < rows ? value : value + noise * random.normal();
  });
  return matrix(count, columns, values);
}

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
