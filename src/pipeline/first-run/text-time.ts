/** Subjects and history entries in a second, measured on two slow cores. */
const ITEMS_PER_SECOND = 1500;
const USERS_PER_SECOND = 1000;
const INTERACTIONS_PER_SECOND = 50_000;

/** About how long the rule-based reasoner writes. */
export function textSeconds(counts: {
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
}): number {
  const { users, items, interactions } = counts;
  return items / ITEMS_PER_SECOND + users / USERS_PER_SECOND + interactions / INTERACTIONS_PER_SECOND;
}
