// How many users are divided into shards: of whole blocks, since scores of one user may differ in their last digits
// with who else is in the block.

export interface UserShard {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/** As many as keep hundreds of workers busy ... */
const SHARDS = 256;
/** ... and not so large that much is lost with a worker. */
const SHARD_USERS = 16_384;

/**
 * All of `total`, in order. The same however many workers there are, so that others may go on with them.
 * @param most of a shard, where that is no single block; default 16,384.
 */
export function shardsOf(total: number, block: number, most = SHARD_USERS): readonly UserShard[] {
  const blocks = Math.ceil(total / block);
  const largest = Math.max(1, Math.floor(most / block));
  const size = block * Math.max(1, Math.min(Math.ceil(blocks / SHARDS), largest));
  const count = Math.ceil(total / size);
  return Array.from({ length: count }, (_, index) => ({ from: index * size, to: Math.min((index + 1) * size, total) }));
}

/** Those that are not done, where the first `done` users are: a share of a shard where that ends within one. */
export function shardsAfter(done: number, shards: readonly UserShard[]): readonly UserShard[] {
  return shards.filter(({ to }) => to > done).map(({ from, to }) => ({ from: Math.max(from, done), to }));
}
