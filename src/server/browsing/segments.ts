// Groups of users of a served run, made when first asked for.
import { ascending } from "../../base/ascending.ts";
import { invert } from "../../base/flat-lists.ts";
import { dot, row } from "../../base/matrix.ts";
import { type Segmentation, segmentFacts, segmentUsers } from "../../pipeline/segments/index.ts";
import { openRunEmbeddings } from "../../runs/run-embeddings.ts";
import type { ServedRun } from "../answering/served-run.ts";
import type { Segment, Segments } from "../contract/index.ts";
import { RequestError } from "../request-error.ts";

export interface FoundSegments extends Segments {
  readonly segmentation: Segmentation;
}

const LINKS = 3;
const IN_TITLE = 2;
const made = new WeakMap<ServedRun, Promise<FoundSegments>>();
/** By model: items that change leave its users' groups as they are. */
const groups = new WeakMap<ServedRun["model"], Promise<Groups>>();
const settled = new WeakMap<ServedRun["model"], Segmentation>();
const members = new WeakMap<Segmentation, readonly Int32Array[]>();

interface Groups {
  readonly segmentation: Segmentation;
  /** What users were compared by, in words. */
  readonly by: string;
}

/** @throws RequestError (conflict) for a run that knows users by no vectors. */
export function segmentsOf(run: ServedRun): Promise<FoundSegments> {
  const known = made.get(run) ?? makeSegments(run);
  made.set(run, known);
  known.catch(() => made.delete(run));
  return known;
}

/** User indices, ascending. @throws RequestError (not_found) for an unknown segment. */
export async function membersOf(run: ServedRun, id: string): Promise<Int32Array> {
  const { segmentation, segments } = await segmentsOf(run);
  const at = segments.findIndex((segment) => segment.id === id);
  if (at < 0)
    throw new RequestError("not_found", `There is no segment ${id}; there are ${segments.length}, from s1 on.`);
  const known = members.get(segmentation) ?? membersBySegment(segmentation);
  members.set(segmentation, known);
  return known[at]!;
}

function membersBySegment({ of, centres }: Segmentation): readonly Int32Array[] {
  const { offsets, values } = invert({ offsets: ascending(of.length + 1), values: of }, centres.rows);
  return Array.from({ length: centres.rows }, (_, at) => values.subarray(offsets[at], offsets[at + 1]));
}

/** Of a user, where groups were made already: nobody waits for them. */
export function knownSegment(run: ServedRun, user: number): string | undefined {
  const found = settled.get(run.model);
  return found === undefined ? undefined : idOf(found.of[user]!);
}

export const idOf = (segment: number): string => `s${segment + 1}`;

async function makeSegments(run: ServedRun): Promise<FoundSegments> {
  const { dataset, split } = run.run;
  const { segmentation, by } = await groupsOf(run);
  const { of, centres, map, cohesion } = segmentation;
  const facts = await segmentFacts(dataset, split, of, centres.rows);
  const segments = facts.map(
    ({ size, shares, items }, at): Segment => ({
      id: idOf(at),
      size,
      title:
        shares.length === 0
          ? `Group ${at + 1}`
          : shares
              .slice(0, IN_TITLE)
              .map(({ what }) => what)
              .join(", "),
      shares: [...shares],
      items: items.map(({ item, ...rest }) => ({ item: run.card(item), ...rest })),
      centre: map[at]!,
    }),
  );
  const [own, next] = [cohesion.own.toFixed(2), cohesion.next.toFixed(2)];
  return {
    segmentation,
    segments,
    links: linksBetween(segmentation),
    by,
    note: `Users are nearer to their own group (mean cosine ${own}) than to the next (${next}); the more these differ, the better groups are told apart.`,
  };
}

function groupsOf(run: ServedRun): Promise<Groups> {
  const known = groups.get(run.model) ?? makeGroups(run);
  groups.set(run.model, known);
  known.then(({ segmentation }) => settled.set(run.model, segmentation)).catch(() => groups.delete(run.model));
  return known;
}

async function makeGroups(run: ServedRun): Promise<Groups> {
  const { vectors, by } = await userVectors(run);
  return { segmentation: await segmentUsers(vectors, run.run.config.seed), by };
}

async function userVectors(run: ServedRun) {
  const { vectors, explainer } = run.model.recommender;
  if (vectors?.users !== undefined) return { vectors: vectors.users, by: vectors.description };
  if (explainer !== undefined) return { vectors: explainer.interests.users, by: "interests that the model learnt" };
  const embeddings = await openRunEmbeddings(run.run);
  if (embeddings !== undefined) return { vectors: embeddings.users, by: "texts that were reasoned about users" };
  throw new RequestError("conflict", `${run.run.recommender.name} knows users by no vectors: there are no groups.`);
}

/** Each segment with the nearest others, each pair once. */
function linksBetween({ centres }: Segmentation): Segments["links"] {
  const links = new Map<string, Segments["links"][number]>();
  for (let a = 0; a < centres.rows; a++) {
    const others = Array.from({ length: centres.rows }, (_, b) => ({
      b,
      similarity: dot(row(centres, a), row(centres, b)),
    })).filter(({ b }) => b !== a);
    others.sort((one, other) => other.similarity - one.similarity);
    for (const { b, similarity } of others.slice(0, LINKS)) {
      const [first, second] = [Math.min(a, b), Math.max(a, b)];
      links.set(`${first} ${second}`, { a: idOf(first), b: idOf(second), similarity });
    }
  }
  return [...links.values()];
}
