// What a program of queries is fed: histories that take equally many slots.
import { bucketOf, historyFeeds } from "./histories.ts";
import type { BatchExtents, Query, QueryContext } from "./id-model.ts";

export interface Fed {
  readonly shape: BatchExtents;
  readonly feeds: Readonly<Record<string, Float32Array | Int32Array>>;
}

interface Asked {
  readonly userIndex: number;
  readonly history: Int32Array;
}

/** `lengths`: slot counts, ascending; the least that holds all is taken. The last is as long as the model reads. */
export function fedHistories<O>(
  questions: readonly Asked[],
  query: Query<O>,
  { options, nItems }: QueryContext<O>,
  lengths = query.lengths(options),
): Fed {
  const token = query.token?.(nItems);
  const extra = token === undefined ? 0 : 1;
  const longest = Math.max(...questions.map(({ history }) => history.length + extra));
  const length = bucketOf(lengths, longest);
  const read = questions.map(({ history }) => history);
  return {
    shape: { rows: questions.length, groups: [{ rows: questions.length, length }] },
    feeds: {
      ...historyFeeds(read, { length, padding: query.padding, pad: nItems, token }),
      user: Int32Array.from(questions, ({ userIndex }) => userIndex),
    },
  };
}
