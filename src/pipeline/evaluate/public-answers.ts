// Answers as ELMRec's scripts show them (direct.py, seq_reranker.py), for protocol `paper`: repeats stay, seen items
// leave sequential lists, and what is missing is filled with random items.
import { Random } from "../../base/random.ts";
import { type RawMetrics, RawTally } from "../../evaluation/index.ts";
import type { SequentialRequest, Task } from "../../recommenders/recommender.ts";

const SHOWN = 10;
/** Further sequences that the sequential task reads, as by the authors; ELMRec's code has 15 for Beauty. */
const MARGIN = 10;

/** What public evaluators make of the answers. */
export interface PublicEvaluation {
  readonly metrics: RawMetrics;
  /** Share of users whose list holds an item twice. */
  readonly repeatedLists: number;
  /** Share of shown places that were filled with random items. */
  readonly filled: number;
}

export class PublicAnswers {
  private readonly tally = new RawTally();
  private filled = 0;
  private places = 0;

  constructor(
    private readonly task: Task,
    private readonly nItems: number,
    private readonly seed: number,
  ) {}

  /** `generated`: every item generated, best first, -1 where the text named none. */
  add(generated: Int32Array, { userIndex, history }: SequentialRequest, target: number): void {
    const random = Random.of(this.seed, `random fill of ${userIndex ?? `[${history}]`}`);
    const shown: number[] = [];
    const fill = (): void => {
      shown.push(random.below(this.nItems));
      this.filled++;
    };
    if (this.task === "direct") {
      for (const item of generated.subarray(0, SHOWN)) item < 0 ? fill() : shown.push(item);
    } else {
      const kept = generated.subarray(0, SHOWN + MARGIN).filter((item) => item >= 0 && !history.includes(item));
      shown.push(...kept.subarray(0, SHOWN));
    }
    while (shown.length < SHOWN) fill();
    this.places += shown.length;
    this.tally.add(shown, target);
  }

  /** Undefined when nothing was generated freely. */
  get evaluation(): PublicEvaluation | undefined {
    if (this.places === 0) return undefined;
    const { metrics, repeatedLists } = this.tally;
    return { metrics, repeatedLists, filled: this.filled / this.places };
  }
}
