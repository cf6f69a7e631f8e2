// How many users are asked at once: as many as the scores of all items may take memory for.

const BYTES_PER_SCORE = 4;
/** What scorers are compiled for: other sizes would be padded to the next of these. */
const SIZES = [256, 32, 1] as const;

/** The largest of 256, 32 and 1 users whose scores of `nItems` items each fit into `memoryMiB`. */
export function usersPerBlock(nItems: number, memoryMiB = 256): number {
  return SIZES.find((users) => users * nItems * BYTES_PER_SCORE <= memoryMiB * 2 ** 20) ?? 1;
}
