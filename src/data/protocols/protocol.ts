// The two protocols as data: what training and evaluation may see under each (docs/protocols.md has them side by side).

/** `strict` sees training prefixes only; `paper` reproduces published code, leaks included, for comparison alone. */
export const PROTOCOLS = ["strict", "paper"] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/**
 * Under `strict`: by first appearance in training prefixes, or at random, so that a second run shows what numbers tell.
 */
export const ITEM_NUMBERS = ["prefix", "random"] as const;
export type ItemNumbers = (typeof ITEM_NUMBERS)[number];

/** Stands over every result of `paper`. */
export const PAPER_BANNER =
  "Protocol paper: reproduces public-code behaviour, contains test information. Not comparable with strict results.";

/**
 * Data sets of the published tables, known by their sizes, and the share of pairs with a review that carries an
 * explanation: batch counts in POD's logs give the size of its training list, 80 % of all pairs times this share.
 */
const PUBLISHED = [
  { name: "Beauty", users: 22_363, items: 12_101, explained: 0.669 },
  { name: "Sports", users: 35_598, items: 18_357, explained: 0.664 },
  { name: "Toys", users: 19_412, items: 11_924, explained: 0.611 },
] as const;

/** For other data: the mean of the published three. */
const USUAL_SHARE_EXPLAINED = 0.648;

/** Share of reviews that carry an explanation, for a data set of these sizes. */
export function shareExplained(nUsers: number, nItems: number): number {
  const known = PUBLISHED.find(({ users, items }) => users === nUsers && items === nItems);
  return known?.explained ?? USUAL_SHARE_EXPLAINED;
}
