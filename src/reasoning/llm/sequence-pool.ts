// Who may use which sequence of a model's context: one call each, and the one that holds most of its prompt already.
import { sharedPrefixLength } from "../../base/shared-prefix.ts";

interface Lane<S> {
  readonly sequence: S;
  /** The last prompt that it computed. */
  prompt: string;
  isBusy: boolean;
}

export class SequencePool<S> {
  private readonly lanes: Lane<S>[];
  private readonly waiting: (() => void)[] = [];

  constructor(sequences: readonly S[]) {
    this.lanes = sequences.map((sequence) => ({ sequence, prompt: "", isBusy: false }));
  }

  /** Runs `work` on a free sequence, waiting for one if there is none. */
  async use<T>(prompt: string, work: (sequence: S) => Promise<T>): Promise<T> {
    const lane = await this.take(prompt);
    try {
      return await work(lane.sequence);
    } finally {
      lane.isBusy = false;
      this.waiting.shift()?.();
    }
  }

  private async take(prompt: string): Promise<Lane<S>> {
    for (;;) {
      const [best] = this.lanes
        .filter(({ isBusy }) => !isBusy)
        .sort((a, b) => sharedPrefixLength(b.prompt, prompt) - sharedPrefixLength(a.prompt, prompt));
      if (best !== undefined) {
        best.isBusy = true;
        best.prompt = prompt;
        return best;
      }
      await new Promise<void>((wake) => this.waiting.push(wake));
    }
  }
}
