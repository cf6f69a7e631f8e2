import { truncateSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, it } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { type Matrix, matrix } from "../base/matrix.ts";
import type { ProgressEvent } from "../base/progress.ts";
import { Random } from "../base/random.ts";
import type { Search } from "./defaults.ts";
import { directoryOf, KeptSimilarUsers, vectorsHash, writeSimilarUsers } from "./kept-similar-users.ts";
import { similarUsers } from "./similar-users.ts";

const USERS = matrix(30, 5, Random.of(8).normals(150));

let folder: string;
let said: string[];
const report = (event: ProgressEvent) => {
  if (event.kind === "notice" || event.kind === "warning") said.push(event.message);
};
beforeEach(async () => {
  folder = await temporaryDirectory();
  said = [];
});

async function keep(users: Matrix, neighbours: number, search: Search = "exact") {
  await writeSimilarUsers(folder, await similarUsers(users, neighbours), {
    format: 1,
    kind: "similar-users",
    embeddings: "lsa",
    vectorsHash: vectorsHash(users),
    users: users.rows,
    neighbours,
    search,
    recall: search === "exact" ? 1 : 0.9,
    productVersion: "0.1.0",
    seconds: 1,
  });
}

const find = (neighbours: number, search: Search = "exact", users = USERS) =>
  new KeptSimilarUsers(folder).find({ users, neighbours, search, report });

it("gives what a search would find, to the last bit, and of one for more the nearest", async () => {
  await keep(USERS, 12);
  await keep(USERS, 20);
  expect(await find(20)).toEqual(await similarUsers(USERS, 20));
  expect(await find(7)).toEqual(await similarUsers(USERS, 7));
  expect(said[1]).toMatch(/^similar users: 7 of each taken from .*exact-12, instead of searching\.$/);
});

it("takes as many as there are users where more are asked for", async () => {
  await keep(USERS, 29);
  expect(await find(100)).toEqual(await similarUsers(USERS, 29));
});

it("says why it does not serve: another number or search, other vectors, damage", async () => {
  expect(await find(5)).toBeUndefined();
  expect(said).toEqual([]);
  await keep(USERS, 12, "approximate");
  expect(await find(7, "approximate")).toBeUndefined();
  expect(await find(12, "exact")).toBeUndefined();
  expect(said[1]).toBe(
    "similar users: 12 (approximate) of each were found beforehand, which does not serve 12 (exact): they are searched.",
  );
  const others = matrix(30, 5, Random.of(9).normals(150));
  expect(await find(12, "approximate", others)).toBeUndefined();
  expect(said[2]).toMatch(/was found in other vectors/);
  expect(await find(12, "approximate")).toEqual(await similarUsers(USERS, 12));
  expect(said[3]).toMatch(/recall 0\.900, instead of searching/);
  truncateSync(join(directoryOf(folder, "approximate", 12), "similar-users.safetensors"), 300);
  expect(await find(12, "approximate")).toBeUndefined();
  expect(said[4]).toMatch(/300 bytes.*Run `isrf similar-users` again\. They are searched anew\.$/);
});
