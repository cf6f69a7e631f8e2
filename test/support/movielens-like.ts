// A look-alike of MovieLens 100k in the form of its original files (u.data, u.item, u.user): the same numbers of users,
// items and ratings, everybody with at least twenty, popularity with a long tail, tastes for genres, whole sessions in
// the same seconds, a release date in brackets, latin-1 titles. Invented from end to end: no rating, title or person of
// the real set is in it, and a figure measured on it says how long the work takes, not how well it recommends films.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Random } from "../../src/base/random.ts";

export interface MovieLensSizes {
  readonly users: number;
  readonly items: number;
  readonly ratings: number;
  readonly seed: number;
}

/** Those of MovieLens 100k. */
export const MOVIELENS_100K: MovieLensSizes = { users: 943, items: 1682, ratings: 100_000, seed: 100 };

export interface MovieLensFiles {
  readonly data: string;
  readonly items: string;
  readonly users: string;
}

const LEAST_RATINGS = 20;
const GENRES = 19;
const FIRST_SECOND = 874_724_710;
const LAST_SECOND = 893_286_638;
const SESSION_SECONDS = 2_400;
const OCCUPATIONS = ["student", "engineer", "librarian", "writer", "artist", "retired", "other"];
const NOUNS = ["Harbour", "Garden", "Winter", "Café", "River", "Station", "Niño", "Letter", "Island", "Mirror"];
const ADJECTIVES = ["Silent", "Golden", "Hidden", "Second", "Distant", "Crooked", "Last", "Blue", "Patient", "Lost"];

/** Write the three files into `directory`. */
export async function writeMovieLensLike(
  directory: string,
  { users, items, ratings, seed }: MovieLensSizes = MOVIELENS_100K,
): Promise<MovieLensFiles> {
  const genres = drawGenres(items, Random.of(seed, "genres"));
  const counts = drawCounts(users, ratings, items, Random.of(seed, "activity"));
  const lines = counts.flatMap((count, user) =>
    ratingsOf({ user, count, users, items, genres }, Random.of(seed, `user/${user}`)),
  );
  const files = {
    data: join(directory, "u.data"),
    items: join(directory, "u.item"),
    users: join(directory, "u.user"),
  };
  await mkdir(directory, { recursive: true });
  // The original is in no order at all.
  await writeFile(files.data, `${Random.of(seed, "order").shuffle(lines).join("\n")}\n`);
  await writeFile(files.items, `${genres.map(filmLine).join("\n")}\n`, "latin1");
  await writeFile(files.users, `${counts.map((_, user) => personLine(user)).join("\n")}\n`);
  return files;
}

/** One to three genres an item. */
function drawGenres(items: number, random: Random): number[][] {
  return Array.from({ length: items }, () =>
    [...new Set(Array.from({ length: 1 + random.below(3) }, () => 1 + random.below(GENRES - 1)))].sort((a, b) => a - b),
  );
}

/** Ratings by user: at least twenty each, a few with hundreds, `total` together, less than everybody can see. */
function drawCounts(users: number, total: number, items: number, random: Random): number[] {
  const weights = Array.from(random.normals(users), (value) => Math.exp(1.1 * value));
  const spare = total - LEAST_RATINGS * users;
  const sum = weights.reduce((a, b) => a + b, 0);
  const counts = weights.map((weight) =>
    Math.min(Math.floor(items * 0.45), LEAST_RATINGS + Math.floor((spare * weight) / sum)),
  );
  let left = total - counts.reduce((a, b) => a + b, 0);
  for (let user = 0; left > 0; user = (user + 1) % users) {
    if (counts[user]! >= Math.floor(items * 0.45)) continue;
    counts[user]!++;
    left--;
  }
  return counts;
}

interface Person {
  readonly user: number;
  readonly count: number;
  readonly users: number;
  readonly items: number;
  readonly genres: readonly (readonly number[])[];
}

/** Lines of one user, in a session or several; films that follow each other were often seen in this order by others. */
function ratingsOf({ user, count, users, items, genres }: Person, random: Random): string[] {
  const liked = new Set(Array.from({ length: 4 }, () => 1 + random.below(GENRES - 1)));
  const weight = (item: number): number => {
    const shared = genres[item]!.filter((genre) => liked.has(genre)).length;
    return (1 + 3 * shared) * popularity(rankOf(item, items));
  };
  // Somebody has seen every film.
  const isOwn = (item: number): boolean => item % users === user;
  // Gumbel's trick: the `count` highest of log weight + noise are a draw without replacement.
  const scored = Array.from({ length: items }, (_, item) => ({
    item,
    score: isOwn(item)
      ? Number.POSITIVE_INFINITY
      : Math.log(weight(item)) - Math.log(-Math.log(random.uniform() || Number.MIN_VALUE)),
  }));
  const seen = scored.sort((a, b) => b.score - a.score).slice(0, count);
  let second = FIRST_SECOND + random.below(LAST_SECOND - FIRST_SECOND - 10 * SESSION_SECONDS);
  return seen.map(({ item }, place) => {
    if (place % 3 === 0) second += random.below(90);
    if (place % 60 === 59) second += random.below(SESSION_SECONDS);
    const shared = genres[item]!.some((genre) => liked.has(genre));
    const rating = Math.max(1, Math.min(5, (shared ? 3 : 2) + random.below(3)));
    return `${user + 1}\t${item + 1}\t${rating}\t${second}`;
  });
}

/** As the audiences of MovieLens fall with the rank: to a half by 100, an eighth by 400, a hundredth by 1,200. */
function popularity(rank: number): number {
  return Math.exp(-rank / 400) / (rank + 15) ** 0.3;
}

/** Popularity is no function of the item's number: a fixed walk through the ranks. */
function rankOf(item: number, items: number): number {
  return (item * 769 + 131) % items;
}

/** `1|Silent Harbour (1995)|01-Jan-1995||http://films.example/1|0|1|...`. */
function filmLine(genres: readonly number[], item: number): string {
  const year = 1930 + ((item * 37) % 68);
  const title = `${ADJECTIVES[item % 10]} ${NOUNS[Math.floor(item / 10) % 10]} ${1 + Math.floor(item / 100)} (${year})`;
  const flags = Array.from({ length: GENRES }, (_, genre) => (genres.includes(genre) ? 1 : 0));
  return [item + 1, title, `01-Jan-${year}`, "", `http://films.example/${item + 1}`, ...flags].join("|");
}

/** `1|24|M|writer|85711`. */
function personLine(user: number): string {
  const occupation = OCCUPATIONS[user % OCCUPATIONS.length];
  return [
    user + 1,
    18 + ((user * 7) % 50),
    user % 3 === 0 ? "F" : "M",
    occupation,
    10_000 + ((user * 97) % 80_000),
  ].join("|");
}
