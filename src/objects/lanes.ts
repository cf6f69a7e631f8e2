/** `work` for each number below `count`, `atOnce` at a time. The first failure ends all, when all have stopped. */
export async function inLanes(count: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  let hasFailed = false;
  const lane = async () => {
    while (next < count && !hasFailed) await work(next++);
  };
  const lanes = Array.from({ length: Math.min(atOnce, count) }, () =>
    lane().catch((error: unknown) => {
      hasFailed = true;
      throw error;
    }),
  );
  for (const end of await Promise.allSettled(lanes)) if (end.status === "rejected") throw end.reason;
}
