// A reader: MovieLens 1M, whose ratings.dat has lines of user::movie::rating::second and whose movies.dat has titles.
// Outside this repository the import reads: from "isrf".
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InputError, type Item, type Reader } from "../../src/index.ts";

export function movieLens(directory: string): Reader {
  return async (report) => {
    report({ kind: "stage", stage: "read MovieLens", detail: directory });
    const [ratings, movies] = [join(directory, "ratings.dat"), join(directory, "movies.dat")];
    const items: Item[] = (await records(movies, 3)).map(([itemId, title, genres], index) => ({
      itemId: itemId!,
      title: title!,
      categories: genres!.split("|"),
      sourceNumber: index + 1,
    }));
    const numbers = new Map(items.map(({ itemId }, index) => [itemId, index]));
    const taken = new Map<string, { readonly item: number; readonly second: number }[]>();
    for (const [user, movie, , second] of await records(ratings, 4)) {
      const events = taken.get(user!) ?? [];
      taken.set(user!, events);
      const item = numbers.get(movie!);
      if (item === undefined)
        throw new InputError({
          where: ratings,
          found: `a rating of movie ${movie}`,
          expected: `only movies of ${movies}`,
        });
      events.push({ item, second: Number(second) });
    }
    const oldestFirst = [...taken.values()].map((events) => events.sort((a, b) => a.second - b.second));
    const sequences = oldestFirst.map((events) => Int32Array.from(events, ({ item }) => item));
    const timestamps = oldestFirst.map((events) => Float64Array.from(events, ({ second }) => second));
    const shop = { users: [...taken.keys()], items, sequences, timestamps };
    return { shop, files: [ratings, movies], facts: { format: "movielens" } };
  };
}

async function records(file: string, fields: number): Promise<string[][]> {
  const lines = (await readFile(file, "latin1")).trimEnd().split("\n");
  return lines.map((line, at) => {
    const parts = line.trimEnd().split("::");
    if (parts.length === fields) return parts;
    throw new InputError({ where: `${file}:${at + 1}`, found: line, expected: `${fields} fields between "::"` });
  });
}
