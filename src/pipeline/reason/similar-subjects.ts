// Which items and users are not asked about, because one much like them is: whose texts they take, adapted.
import { type Matrix, matrix, row } from "../../base/matrix.ts";
import { type Report, silent } from "../../base/progress.ts";
import { WORK_SEED } from "../../base/seeds.ts";
import type { Dataset, Split } from "../../data/index.ts";
import { fitLsa, type SimilarUsers, similarUsers } from "../../embedding/index.ts";
import {
  type Adapted,
  type Adapting,
  adaptedTexts,
  type HistoryChoice,
  historyOf,
  isComplete,
  itemFallback,
  itemSubject,
  type Likeness,
  type PartialChain,
  type Subject,
  userSubject,
} from "../../reasoning/index.ts";

/** Neighbours among which a subject looks for one that is asked about. */
const NEIGHBOURS = 50;
/** Columns of the vectors that are compared. */
const DIMENSIONS = 256;

type Unit = "items" | "users";

interface Groups {
  /** Who is asked about for each index: itself, or a similar one. */
  readonly leaders: Int32Array;
  /** Cosine with the leader. */
  readonly similarities: Float32Array;
}

export interface SimilarSubjectsOptions extends HistoryChoice, Likeness {
  readonly dataset: Dataset;
  readonly split: Split;
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Chains as far as they are known, by item index and user index. */
export type KnownChains = Readonly<Record<Unit, readonly PartialChain[]>>;

export class SimilarSubjects implements Adapting {
  private constructor(
    private readonly options: SimilarSubjectsOptions,
    private readonly groups: Readonly<Partial<Record<Unit, Groups | undefined>>>,
    private readonly known: KnownChains,
  ) {}

  /**
   * Items are compared by their fields, users by the items that stand for their histories; whoever is most bought, or
   * buys most, is asked about first. Nothing but the catalogue and these histories is looked at.
   * @param known is filled while chains are walked: a subject takes the texts of a leader whose chain is whole there.
   * @throws InputError when the catalogue has no words that tell items apart; CancelledError when stopped.
   */
  static async find(options: SimilarSubjectsOptions, known: KnownChains): Promise<SimilarSubjects> {
    return SimilarSubjects.among(await nearestSubjects(options), options, known);
  }

  /** The same where neighbours are known already. */
  static among(nearest: NearestSubjects, options: SimilarSubjectsOptions, known: KnownChains): SimilarSubjects {
    const { split, dataset, adaptItems, adaptUsers } = options;
    const lengths = split.prefixes.map((prefix) => prefix.length);
    const items = groups(nearest.items, adaptItems, purchases(split, dataset.items.length));
    return new SimilarSubjects(options, { items, users: groups(nearest.users, adaptUsers, lengths) }, known);
  }

  get adaptItems(): number | undefined {
    return this.options.adaptItems;
  }

  get adaptUsers(): number | undefined {
    return this.options.adaptUsers;
  }

  /** Those that are asked about, then those that may take their texts; a leader that is not among them leads nobody. */
  phasesOf(unit: Unit, indices: readonly number[]): readonly (readonly number[])[] {
    const groups = this.groups[unit];
    if (groups === undefined) return [indices];
    const among = new Set(indices);
    const follows = (index: number) => groups.leaders[index] !== index && among.has(groups.leaders[index]!);
    return [indices.filter((index) => !follows(index)), indices.filter(follows)];
  }

  /** Who is asked about for a subject. */
  leaderOf(unit: Unit, index: number): number {
    return this.groups[unit]?.leaders[index] ?? index;
  }

  textsFor(subject: Subject): Adapted | undefined {
    const { kind, index } = subject;
    const unit = kind === "item" ? "items" : "users";
    const groups = this.groups[unit];
    const leader = groups?.leaders[index];
    if (groups === undefined || leader === undefined || leader === index) return undefined;
    const found = this.known[unit][leader];
    if (found === undefined || !isComplete(found)) return undefined;
    const from = this.subjectAt(unit, leader);
    const texts = adaptedTexts(found, from, subject);
    return texts && { texts, from: from.id, similarity: Math.round(groups.similarities[index]! * 1e4) / 1e4 };
  }

  private subjectAt(unit: Unit, index: number): Subject {
    const { dataset, split } = this.options;
    return unit === "items" ? itemSubject(dataset, index) : userSubject(dataset, split, [], index, this.options);
  }
}

/** The nearest of each kind, as far as thresholds ask for them. */
export type NearestSubjects = Readonly<Partial<Record<Unit, SimilarUsers | undefined>>>;

/** @throws as `SimilarSubjects.find` */
export async function nearestSubjects(options: SimilarSubjectsOptions): Promise<NearestSubjects> {
  const { dataset, adaptItems, adaptUsers, signal } = options;
  if (adaptItems === undefined && adaptUsers === undefined) return {};
  const texts = dataset.items.map(itemFallback);
  const lsa = await fitLsa(texts, { dimensions: DIMENSIONS, seed: WORK_SEED, signal });
  const items = await lsa.encode(texts);
  return {
    items: adaptItems === undefined ? undefined : await nearest("items", items, options),
    users: adaptUsers === undefined ? undefined : await nearest("users", userVectors(items, options), options),
  };
}

async function nearest(
  unit: Unit,
  vectors: Matrix,
  { report = silent, signal }: SimilarSubjectsOptions,
): Promise<SimilarUsers | undefined> {
  if (vectors.rows < 2) return undefined;
  const step: Report = (event) => report(event.kind === "step" ? { ...event, stage: "similar", unit } : event);
  return similarUsers(vectors, Math.min(NEIGHBOURS, vectors.rows - 1), { report: step, signal });
}

/** The mean of the items that stand for a history. */
function userVectors(items: Matrix, options: SimilarSubjectsOptions): Matrix {
  const { dataset, split } = options;
  const users = matrix(dataset.users.length, items.columns);
  for (let user = 0; user < users.rows; user++) {
    const mean = row(users, user);
    for (const item of historyOf(dataset, split, user, options)) {
      const values = row(items, item);
      for (let c = 0; c < mean.length; c++) mean[c]! += values[c]!;
    }
  }
  return users;
}

/** @param weights who comes first is asked about; by index. */
function groups(
  nearest: SimilarUsers | undefined,
  least: number | undefined,
  weights: ArrayLike<number>,
): Groups | undefined {
  if (nearest === undefined || least === undefined) return undefined;
  const { rows, k, neighbours, cosines } = nearest;
  const leaders = Int32Array.from({ length: rows }, (_, index) => index);
  const similarities = new Float32Array(rows).fill(1);
  const order = [...leaders].sort((a, b) => weights[b]! - weights[a]! || a - b);
  const isLeader = new Uint8Array(rows);
  for (const index of order) {
    for (let n = index * k; n < (index + 1) * k && cosines[n]! >= least; n++) {
      if (isLeader[neighbours[n]!] === 0) continue;
      leaders[index] = neighbours[n]!;
      similarities[index] = Math.min(1, cosines[n]!);
      break;
    }
    if (leaders[index] === index) isLeader[index] = 1;
  }
  return { leaders, similarities };
}

/** How often each item was bought in training. */
function purchases({ prefixes }: Split, items: number): Int32Array {
  const counts = new Int32Array(items);
  for (const prefix of prefixes) for (const item of prefix) counts[item]!++;
  return counts;
}
