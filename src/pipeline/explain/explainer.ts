import type { Recommender } from "../../recommenders/recommender.ts";
import type { Explanation } from "./explanation.ts";

export interface ExplainRequest {
  readonly userIndex: number;
  readonly top: number;
  /** What is known of the user, oldest first. Default: everything the dataset holds. */
  readonly history?: Int32Array | undefined;
  /** Who recommends; default: the run's model, whose evidence it is in any case. */
  readonly by?: Recommender | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Explains users of one run, which it does not own. */
export interface Explainer {
  /** The first `top` recommendations of a user, each with what it rests on. */
  explain(request: ExplainRequest): Promise<Explanation>;
}

export const STOPPED = "The explanation was stopped; it writes nothing. Run the same command again.";
