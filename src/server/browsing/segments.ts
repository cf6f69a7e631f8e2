// Groups of users of a served run, made when first asked for.
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
const settled = new WeakMap<ServedRun, FoundSegments>();

/** @throws RequestError (conflict) for a run that knows users by no vectors. */
export function segmentsOf(run: ServedRun): Promise<FoundSegments> {
  const known = made.get(run) ?? makeSegments(run);
  made.set(run, known);
  known.then((found) => settled.set(run, found)).catch(() => made.delete(run));
  return known;
}

/** Of a user, where groups were made already: nobody waits for them. */
export function knownSegment(run: ServedRun, user: number): string | undefined {
  const found = settled.get(run);
  return found === undefined ? undefined : idOf(found.segmentation.of[user]!);
}

export const idOf = (segment: number): string => `s${segment + 1}`;

async function makeSegments(run: ServedRun): Promise<FoundSegments> {
  const { dataset, split, config } = run.run;
  const { vectors, by } = await userVectors(run);
  const segmentation = await segmentUsers(vectors, config.seed);
  const { of, centres, map, cohesion } = segmentation;
  const facts = segmentFacts(dataset, split, of, centres.rows);
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
