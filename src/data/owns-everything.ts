// Accounts that have nearly every item, such as a tester's: they leave no item that nobody of all has, and so no
// questions for anybody.
import { Random } from "../base/random.ts";
import type { Dataset } from "./dataset.ts";
import { CANDIDATE_SEED, candidatePool, NEGATIVES_PER_USER, negativesPerUser } from "./draw-candidates.ts";

/** With fewer people, one account is no exception. */
const FEWEST_USERS = 10;
/** So many more negatives make it worth while to name the account. */
const WORTH_NAMING = 5;

/** One sentence or more where the questions of direct recommendation are short, with the account that makes them so. */
export function shortQuestions(
  users: readonly string[],
  sequences: readonly Int32Array[],
  nItems: number,
): string | undefined {
  const perUser = negativesPerUser(sequences, nItems);
  if (perUser >= NEGATIVES_PER_USER) return undefined;
  const without = perUser === 0 ? " Somebody owns every item: direct recommendation cannot be evaluated." : "";
  return `The catalogue leaves ${perUser} instead of ${NEGATIVES_PER_USER} negatives per user.${without}${ownerWords(users, sequences, nItems, perUser)}`;
}

function ownerWords(
  users: readonly string[],
  sequences: readonly Int32Array[],
  nItems: number,
  perUser: number,
): string {
  const { owner, most, next } = longestTwo(sequences);
  const others = Math.min(NEGATIVES_PER_USER, nItems - next);
  if (users.length < FEWEST_USERS || others - perUser < WORTH_NAMING) return "";
  return ` The user ${users[owner]} alone has ${most} of the ${nItems} items, and nobody else more than ${next}: --drop-user ${users[owner]} or --max-history ${Math.max(3, next)} would leave ${others}.`;
}

function longestTwo(sequences: readonly Int32Array[]): { owner: number; most: number; next: number } {
  let [owner, most, next] = [0, 0, 0];
  sequences.forEach(({ length }, user) => {
    if (length > most) [owner, most, next] = [user, length, most];
    else if (length > next) next = length;
  });
  return { owner, most, next };
}

/** Whether somebody has every item that anybody has, so that equally many negatives for all means none. */
export function isOwnedWhole({ sequences, items, manifest }: Dataset): boolean {
  return negativesPerUser(sequences, candidatePool(sequences, items.length, manifest.options).length) === 0;
}

/**
 * Negatives of one user without regard to others: as many as the catalogue has for them. Equal calls give equal lists.
 */
export function ownNegatives({ sequences, items, manifest }: Dataset, user: number): Int32Array {
  const owned = new Set(sequences[user]);
  const others = candidatePool(sequences, items.length, manifest.options).filter((item) => !owned.has(item));
  return Random.of(CANDIDATE_SEED, `own negatives:${user}`).shuffle(others).slice(0, NEGATIVES_PER_USER);
}
