// The catalogue of `make-ratings.ts`: films with made-up titles, one to three genres, and a long tail of popularity.
import { Random } from "../../src/base/random.ts";

export interface Movies {
  /** What the table calls each film: numbers with gaps, which tell nothing of popularity. */
  readonly ids: Int32Array;
  readonly titles: readonly string[];
  /** Such as "Drama|Crime". */
  readonly genreWords: readonly string[];
  /** Draws a film in proportion to its popularity, among all and by genre. */
  readonly all: WeightedDraw;
  readonly genres: readonly WeightedDraw[];
}

const GENRES =
  "Action Adventure Animation Children Comedy Crime Documentary Drama Fantasy Horror Musical Mystery Romance Sci-Fi Thriller War Western Noir".split(
    " ",
  );
const SYLLABLES = "ba ce di fo gu ha ki lo mu na pe ri sa to vu we ya zo mer lin tas gor".split(" ");
const TITLE_WORDS = 3000;
/** Popularity of rank r: (r + MOST_POPULAR * items)^-STEEPNESS; MovieLens-25M's median film has about ten ratings. */
const MOST_POPULAR = 1 / 600;
const STEEPNESS = 1.6;

export function makeMovies(count: number, seed: number): Movies {
  const random = Random.of(seed, "movies");
  const ids = random.shuffle(Int32Array.from({ length: count }, (_, i) => 1 + 3 * i + random.below(3)));
  const words = Array.from({ length: TITLE_WORDS }, () => titleWord(random));
  const titles = Array.from(
    ids,
    () => `${random.pick(words)} ${random.pick(words)} ${random.pick(words)} (${1930 + random.below(90)})`,
  );
  const genresOf = Array.from(ids, () => drawGenres(random));
  const weights = Float64Array.from(ids, (_, rank) => (rank + 1 + MOST_POPULAR * count) ** -STEEPNESS);
  const everything = Int32Array.from(ids.keys());
  return {
    ids,
    titles,
    genreWords: genresOf.map((genres) => genres.map((genre) => GENRES[genre]).join("|")),
    all: new WeightedDraw(everything, weights),
    genres: GENRES.map(
      (_, genre) =>
        new WeightedDraw(
          everything.filter((item) => genresOf[item]![0] === genre),
          weights,
        ),
    ),
  };
}

function titleWord(random: Random): string {
  const text = Array.from({ length: 2 + random.below(2) }, () => random.pick(SYLLABLES)).join("");
  return text[0]!.toUpperCase() + text.slice(1);
}

function drawGenres(random: Random): number[] {
  return [...new Set(Array.from({ length: 1 + random.below(3) }, () => random.below(GENRES.length)))];
}

/** Draws members in proportion to their weights, by bisection of the running sums. */
export class WeightedDraw {
  private readonly members: Int32Array;
  private readonly sums: Float64Array;

  /** `weights` by member. */
  constructor(members: Int32Array, weights: Float64Array) {
    let sum = 0;
    this.members = members;
    this.sums = Float64Array.from(members, (member) => {
      sum += weights[member]!;
      return sum;
    });
  }

  draw(random: Random): number {
    const wanted = random.uniform() * this.sums.at(-1)!;
    let [low, high] = [0, this.sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sums[middle]! > wanted) high = middle;
      else low = middle + 1;
    }
    return this.members[low]!;
  }
}
