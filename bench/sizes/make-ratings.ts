// A ratings table of MovieLens-25M's shape in any size, drawn by a seed: two CSV files, written as they are drawn.
// Users have at least 20 ratings and 125 in the mean, a few of them thousands; few items have most ratings, and half of
// a user's come from a few genres of the user's own. Rows lie user by user in the order of item ids, not of time.
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { Random } from "../../src/base/random.ts";
import { type Movies, makeMovies } from "./make-movies.ts";

export interface Ratings {
  readonly interactions: string;
  readonly items: string;
  readonly counts: { readonly users: number; readonly items: number; readonly interactions: number };
}

/** Items grow with the square root of ratings, up to MovieLens-25M's 60,000 at 20 million. */
const LARGEST = { ratings: 20_000_000, items: 60_000 };
const RATINGS_PER_USER = 125;
const LEAST_RATINGS = 20;
/** Of the log-normal number of further ratings. */
const MEDIAN_FURTHER = 45;
const SPREAD = 1.3;
/** Nobody rates more than this share of the items. */
const MOST_OF_ITEMS = 0.1;
const OWN_GENRES = 3;
const SHARE_OF_OWN_GENRES = 0.5;
const FIRST_SECOND = Date.UTC(1996, 0, 1) / 1000;
const SECONDS = 24 * 365 * 86_400;

/** Write `ratings.csv` and `movies.csv` into `directory`. */
export function makeRatings(directory: string, ratings: number, seed: number): Ratings {
  const nItems = Math.round(LARGEST.items * Math.sqrt(ratings / LARGEST.ratings));
  const nUsers = Math.round(ratings / RATINGS_PER_USER);
  const movies = makeMovies(nItems, seed);
  const items = join(directory, "movies.csv");
  using catalogue = new Lines(items);
  catalogue.add("movieId,title,genres");
  movies.ids.forEach((id, item) => {
    catalogue.add(`${id},${movies.titles[item]},${movies.genreWords[item]}`);
  });
  const interactions = join(directory, "ratings.csv");
  using table = new Lines(interactions);
  table.add("userId,movieId,rating,timestamp");
  const random = Random.of(seed, "ratings");
  let written = 0;
  for (let user = 1; user <= nUsers; user++) {
    const chosen = chooseItems(movies, Math.min(lengthOf(random), Math.floor(MOST_OF_ITEMS * nItems)), random);
    const times = timesOf(chosen.length, random);
    chosen.sort((a, b) => movies.ids[a]! - movies.ids[b]!);
    random.shuffle(times);
    chosen.forEach((item, k) => {
      table.add(`${user},${movies.ids[item]},${(1 + random.below(10)) / 2},${times[k]}`);
    });
    written += chosen.length;
  }
  return { interactions, items, counts: { users: nUsers, items: nItems, interactions: written } };
}

function lengthOf(random: Random): number {
  return LEAST_RATINGS + Math.round(MEDIAN_FURTHER * Math.exp(SPREAD * random.normal()));
}

function chooseItems(movies: Movies, length: number, random: Random): number[] {
  const own = Array.from({ length: OWN_GENRES }, () => random.below(movies.genres.length));
  const chosen = new Set<number>();
  while (chosen.size < length) {
    const source = random.uniform() < SHARE_OF_OWN_GENRES ? movies.genres[random.pick(own)]! : movies.all;
    chosen.add(source.draw(random));
  }
  return [...chosen];
}

/** Evenings of rating, a few seconds between two ratings, and long pauses; times of one user may be equal. */
function timesOf(length: number, random: Random): number[] {
  let time = FIRST_SECOND + random.below(SECONDS);
  return Array.from({ length }, () => {
    time += random.uniform() < 0.9 ? random.below(30) : random.below(30 * 86_400);
    return time;
  });
}

/** Lines of a file, written in pieces of a megabyte. */
class Lines implements Disposable {
  private readonly file: number;
  private pending: string[] = [];
  private characters = 0;

  constructor(path: string) {
    this.file = openSync(path, "w");
  }

  add(line: string): void {
    this.pending.push(line);
    this.characters += line.length;
    if (this.characters > 2 ** 20) this.flush();
  }

  [Symbol.dispose](): void {
    this.flush();
    closeSync(this.file);
  }

  private flush(): void {
    if (this.pending.length > 0) writeSync(this.file, `${this.pending.join("\n")}\n`);
    this.pending = [];
    this.characters = 0;
  }
}
