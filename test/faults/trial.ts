// The contract of every kind of fault: cases that do some harm to a real process or its files, and say what came of it.
import { Random } from "../../src/base/random.ts";
import { type Ground, type Place, withPlace } from "./ground.ts";
import { broken, type Verdict } from "./verdict.ts";

export interface Trial extends Verdict {
  readonly kind: string;
  /** The case and what was drawn for it, enough to do it again by hand. */
  readonly name: string;
}

export interface FaultCase {
  readonly name: string;
  /** Why it cannot be tried on this machine. */
  reasonToSkip?(): string | undefined;
  /** Do the harm in a place of one's own. `note` tells what was drawn. */
  run(place: Place, random: Random, note: (words: string) => void): Promise<Verdict>;
}

export interface FaultKind {
  readonly kind: string;
  readonly cases: readonly FaultCase[];
  /** They make all that they need, so that the ground may be empty. */
  readonly isByItself?: boolean | undefined;
  /** Names of those that `npm test` tries, where others take long; absent: any. */
  readonly short?: readonly string[] | undefined;
  /** Why it cannot be tried on this machine. */
  reasonToSkip?(): string | undefined;
}

/** The cases in turn, without end, in an order of the seed; each in a fresh place with draws of its own. */
export async function* trialsOf(kind: string, cases: readonly FaultCase[], ground: Ground, seed: number) {
  const order = Random.of(seed, kind).shuffle([...cases]);
  for (let i = 0; ; i++) {
    const faultCase = order[i % order.length]!;
    const notes: string[] = [];
    const random = Random.of(seed, `${kind} ${i}`);
    const verdict = await withPlace(ground, (place) =>
      faultCase.run(place, random, (words) => notes.push(words)),
    ).catch((error: Error) => broken(`the trial itself failed: ${error.message}`));
    yield { kind, name: [faultCase.name, ...notes].join(", "), ...verdict } satisfies Trial;
  }
}
