// Takes a sequential answer apart: its exact scores again without one item of the history, or with the user's row of
// one interest table replaced by the mean row, as if nothing were known of this user's interest.
import type { Evidence, InterestName, ScoreExplainer, SequentialRequest } from "../recommender.ts";
import { userRow } from "../user-row.ts";
import { type Generator, interestRows, type PromptQuestion } from "./generator.ts";
import type { InterestRows } from "./shapes.ts";
import { type GenerativeState, itemInterests, userInterests } from "./state.ts";

export function interestExplainer(state: GenerativeState, generator: Generator): ScoreExplainer {
  const { options } = state.network;
  /** Place of the oldest item that a prompt holds. */
  const firstOf = ({ history }: SequentialRequest): number => Math.max(0, history.length - options.maxHistory);
  const rowOf = ({ userIndex }: SequentialRequest): number => userRow("the explained model", userIndex, state.nUsers);
  const question = (request: SequentialRequest, without?: number): PromptQuestion => ({
    task: "sequential",
    userIndex: rowOf(request),
    items: request.history.filter((_, at) => at >= firstOf(request) && at !== without),
  });
  return {
    evidence(request) {
      const [first, length] = [firstOf(request), request.history.length];
      // A prompt needs one item, which it therefore cannot do without.
      const places = length - first < 2 ? [] : Array.from({ length: length - first }, (_, i) => first + i);
      return [
        ...carriedInterests(state).map((interest): Evidence => ({ kind: "interest", interest })),
        ...places.map((at): Evidence => ({ kind: "history", at })),
      ];
    },
    async scores(request, items, without) {
      if (without === undefined) return generator.scores(question(request), items);
      if (without.kind === "history") return generator.scores(question(request, without.at), items);
      return generator.scores(question(request), items, withMeanRow(state, without.interest, rowOf(request)));
    },
    interests: { users: userInterests(state), items: itemInterests(state) },
    neighbours: options.neighbours,
  };
}

/** What the prompts of sequential questions hold of the user beside the history. */
function carriedInterests({ network: { options } }: GenerativeState): InterestName[] {
  const { sequentialUser, groupWord } = options;
  return [
    ...(sequentialUser === "shared" ? [] : (["individual"] as const)),
    ...(groupWord ? (["group"] as const) : []),
  ];
}

/**
 * The state's rows, but for `user`, whose row of one table is the mean over users; where a prompt's interest is the
 * mean of its items, the mean over all items.
 */
function withMeanRow(state: GenerativeState, table: InterestName, user: number): InterestRows {
  const rows = interestRows(state);
  const { nUsers, network } = state;
  const mean = meanRow(state, table, 0, nUsers);
  const replaced = (row: number, out: Float32Array, at: number): void =>
    row === user ? out.set(mean, at) : rows[table](row, out, at);
  if (table === "group") return { ...rows, group: replaced };
  return { ...rows, individual: replaced, history: meanRow(state, "individual", nUsers, network.nItems) };
}

function meanRow(state: GenerativeState, table: InterestName, first: number, count: number): Float32Array {
  const width = state.network.t5.width;
  const mean = new Float32Array(width);
  const rows = state.interests[table].subarray(first * width, (first + count) * width);
  for (let at = 0; at < rows.length; at += width) {
    for (let c = 0; c < width; c++) mean[c]! += rows[at + c]! / count;
  }
  return mean;
}
