// Groups of users who are alike: spherical k-means on the vectors that a run knows users by, seeded.
import { dot, type Matrix, matrix, normaliseRows, row } from "../../base/matrix.ts";
import { Random } from "../../base/random.ts";
import { breathing } from "../../base/stopping.ts";
import { pca } from "../../embedding/index.ts";

export interface Segmentation {
  /** Segment of each user; segments are numbered by size, largest first. */
  readonly of: Int32Array;
  /** Unit vectors. [segments, d] */
  readonly centres: Matrix;
  /** Places of the centres on a map, from -1 to 1. */
  readonly map: readonly { readonly x: number; readonly y: number }[];
  /** Mean cosine of users with their own centre, and with the nearest other one. */
  readonly cohesion: { readonly own: number; readonly next: number };
}

const MOST = 24;
const ROUNDS = 12;
/** Centres move by so many users, drawn; then all users go to theirs. */
const SAMPLE = 6000;
/** Rows between two breaths. */
const SLICE = 256;

/** @param vectors One row a user. Their number says how many groups there are, unless `count` does. */
export async function segmentUsers(
  vectors: Matrix,
  seed: number,
  { count, signal }: { readonly count?: number | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<Segmentation> {
  const k = Math.min(vectors.rows, count ?? Math.max(2, Math.min(MOST, Math.round(Math.sqrt(vectors.rows) / 3))));
  const breath = breathing(signal, "The grouping of users was stopped.");
  const users = await aroundMean(vectors, breath);
  const random = Random.of(seed, "segments");
  let centres = firstCentres(users, k, random);
  const drawn = drawnFrom(users, random);
  let found = await nearestCentres(drawn, centres, breath);
  for (let round = 0; round < ROUNDS; round++) {
    centres = meansOf(drawn, found.nearest, centres);
    const next = await nearestCentres(drawn, centres, breath);
    const isSettled = next.nearest.every((segment, user) => segment === found.nearest[user]);
    found = next;
    if (isSettled) break;
  }
  return bySize(await nearestCentres(users, centres, breath), centres, await placesOf(centres));
}

function drawnFrom(users: Matrix, random: Random): Matrix {
  if (users.rows <= SAMPLE) return users;
  const order = random.shuffle(Int32Array.from({ length: users.rows }, (_, user) => user)).slice(0, SAMPLE);
  const drawn = matrix(SAMPLE, users.columns);
  for (const [at, user] of order.entries()) row(drawn, at).set(row(users, user));
  return drawn;
}

/** What all users have in common tells none of them apart. */
async function aroundMean({ rows, columns, data }: Matrix, breath: () => Promise<void>): Promise<Matrix> {
  const users = matrix(rows, columns, data.slice());
  const mean = new Float64Array(columns);
  await eachRow(users, breath, (values) => {
    toUnitLength(values);
    for (let c = 0; c < columns; c++) mean[c]! += values[c]! / rows;
  });
  await eachRow(users, breath, (values) => {
    for (let c = 0; c < columns; c++) values[c]! -= mean[c]!;
    toUnitLength(values);
  });
  return users;
}

async function eachRow(m: Matrix, breath: () => Promise<void>, work: (values: Float32Array) => void): Promise<void> {
  for (let r = 0; r < m.rows; r++) {
    if (r % SLICE === 0) await breath();
    work(row(m, r));
  }
}

/** A row of zeros stays one. */
function toUnitLength(values: Float32Array): void {
  const length = Math.sqrt(dot(values, values));
  if (length > 0) for (let c = 0; c < values.length; c++) values[c]! /= length;
}

interface Found {
  readonly nearest: Int32Array;
  readonly own: number;
  readonly next: number;
}

/** Users far from each other: each further one is the farthest of a drawn few. */
function firstCentres(users: Matrix, k: number, random: Random): Matrix {
  const order = random.shuffle(Int32Array.from({ length: users.rows }, (_, user) => user)).slice(0, 64 * k);
  const centres = matrix(k, users.columns);
  const nearest = new Float32Array(order.length).fill(-1);
  let chosen = 0;
  for (let centre = 0; centre < k; centre++) {
    row(centres, centre).set(row(users, order[chosen]!));
    for (const [at, user] of order.entries())
      nearest[at] = Math.max(nearest[at]!, dot(row(users, user), row(centres, centre)));
    chosen = nearest.reduce((best, value, at) => (value < nearest[best]! ? at : best), 0);
  }
  return centres;
}

async function nearestCentres(users: Matrix, centres: Matrix, breath: () => Promise<void>): Promise<Found> {
  const nearest = new Int32Array(users.rows);
  const centreRows = Array.from({ length: centres.rows }, (_, centre) => row(centres, centre));
  let [own, next] = [0, 0];
  for (let user = 0; user < users.rows; user++) {
    if (user % SLICE === 0) await breath();
    const vector = row(users, user);
    let [best, second] = [-2, -2];
    for (let centre = 0; centre < centreRows.length; centre++) {
      const value = dot(vector, centreRows[centre]!);
      if (value > best) {
        second = best;
        best = value;
        nearest[user] = centre;
      } else if (value > second) second = value;
    }
    own += best / users.rows;
    next += second / users.rows;
  }
  return { nearest, own, next };
}

function meansOf(users: Matrix, nearest: Int32Array, before: Matrix): Matrix {
  const centres = matrix(before.rows, before.columns);
  const counts = new Int32Array(before.rows);
  for (const [user, centre] of nearest.entries()) {
    counts[centre]!++;
    const [sum, values] = [row(centres, centre), row(users, user)];
    for (let c = 0; c < sum.length; c++) sum[c]! += values[c]!;
  }
  for (const [centre, count] of counts.entries()) if (count === 0) row(centres, centre).set(row(before, centre));
  return normaliseRows(centres);
}

async function placesOf(centres: Matrix): Promise<{ x: number; y: number }[]> {
  const dimensions = Math.min(2, centres.rows, centres.columns);
  const { matrix: places } = await pca(centres, dimensions);
  const largest = places.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  return Array.from({ length: centres.rows }, (_, at) => {
    const [x = 0, y = 0] = row(places, at);
    return { x: x / largest, y: y / largest };
  });
}

function bySize({ nearest, own, next }: Found, centres: Matrix, places: readonly { x: number; y: number }[]) {
  const sizes = new Int32Array(centres.rows);
  for (const centre of nearest) sizes[centre]!++;
  const order = [...sizes.keys()].filter((centre) => sizes[centre]! > 0).sort((a, b) => sizes[b]! - sizes[a]! || a - b);
  const number = new Int32Array(centres.rows);
  const sorted = matrix(order.length, centres.columns);
  for (const [at, centre] of order.entries()) {
    number[centre] = at;
    row(sorted, at).set(row(centres, centre));
  }
  return {
    of: nearest.map((centre) => number[centre]!),
    centres: sorted,
    map: order.map((centre) => places[centre]!),
    cohesion: { own, next },
  };
}
