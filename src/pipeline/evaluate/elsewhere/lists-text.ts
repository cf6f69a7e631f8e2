// Requests to a recommender and its lists as texts that hold every bit of them.
import { z } from "zod";
import type { DirectRequest, RankedList, SequentialRequest, Task } from "../../../recommenders/recommender.ts";

export type AnyRequest = SequentialRequest & Partial<DirectRequest>;

const itemsSchema = z.array(z.int());

const requestsSchema = z.strictObject({
  /** Whom they are put to: what its answers depend on. */
  of: z.strictObject({ version: z.string(), model: z.string(), dataset: z.string() }),
  device: z.string(),
  terms: z.strictObject({ without: z.array(z.string()), favourNew: z.number() }),
  task: z.enum(["sequential", "direct"]),
  /** Length of a list. */
  count: z.int(),
  /** Requests of one call. */
  block: z.int(),
  /** Answer space of all of them. */
  among: itemsSchema.nullable(),
  /** User (null: known by the history alone), history, candidates. */
  requests: z.array(z.tuple([z.int().nullable(), itemsSchema, itemsSchema.nullable()])),
});

export type SentRequests = z.output<typeof requestsSchema>;

const listsSchema = z.array(z.strictObject({ items: itemsSchema, scores: z.base64() }));

/** @param requests Share one array `among`, or have none. */
export function sentRequests(
  given: Omit<SentRequests, "task" | "among" | "requests">,
  task: Task,
  requests: readonly AnyRequest[],
): SentRequests {
  const among = requests[0]?.among;
  return {
    ...given,
    task,
    among: among === undefined ? null : [...among],
    requests: requests.map(({ userIndex, history, candidates }) => [
      userIndex ?? null,
      [...history],
      candidates === undefined ? null : [...candidates],
    ]),
  };
}

export function requestsIn(content: Uint8Array): SentRequests {
  return requestsSchema.parse(JSON.parse(Buffer.from(content).toString()));
}

/** Candidates are those of a protocol: nobody else asks by this way. */
export function requestsOf({ among, requests }: SentRequests): readonly AnyRequest[] {
  const space = among === null ? undefined : Int32Array.from(among);
  return requests.map(([user, items, candidates]) => {
    const request = { userIndex: user ?? undefined, history: Int32Array.from(items), among: space };
    return candidates === null ? request : { ...request, candidates: Int32Array.from(candidates), areDrawn: true };
  });
}

export function listsText(lists: readonly RankedList[]): string {
  const entries = lists.map(({ items, scores }) => ({
    items: [...items],
    // Base64: JSON knows no infinity.
    scores: Buffer.from(scores.buffer, scores.byteOffset, scores.byteLength).toString("base64"),
  }));
  return JSON.stringify(entries satisfies z.input<typeof listsSchema>);
}

export function listsIn(content: Uint8Array): RankedList[] {
  return listsSchema.parse(JSON.parse(Buffer.from(content).toString())).map(({ items, scores }) => {
    const bytes = new Uint8Array(Buffer.from(scores, "base64"));
    return { items: Int32Array.from(items), scores: new Float32Array(bytes.buffer) };
  });
}
