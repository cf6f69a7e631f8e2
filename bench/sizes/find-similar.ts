// Finds the 50 most similar users of every user of a dataset by their embeddings; bench/sizes.ts reads the last line:
//   node --import tsx bench/sizes/find-similar.ts DATASET exact|approximate
import { openEmbeddings } from "../../src/embedding/artifact.ts";
import { approximateSimilarUsers, similarUsers } from "../../src/embedding/index.ts";

const NEIGHBOURS = 50;
const [directory, way] = process.argv.slice(2);
const { users } = await openEmbeddings(directory!, "lsa");
const start = performance.now();
const before = process.cpuUsage();
let recall = 1;
if (way === "exact") await similarUsers(users, NEIGHBOURS);
else ({ recall } = await approximateSimilarUsers(users, NEIGHBOURS));
const { user, system } = process.cpuUsage(before);
const figures = {
  users: users.rows,
  recall,
  "search, seconds": (performance.now() - start) / 1000,
  "search, processor seconds": (user + system) / 1e6,
};
console.log(JSON.stringify({ figures }));
