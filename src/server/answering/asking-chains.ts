// Chains that are asked for again: a model may think for minutes, so a request only begins it, and later ones tell how
// it goes. It lives as long as the server: what was answered lies beside the dataset.
import { reasonOf } from "../../base/system-errors.ts";
import { askAgain, type ChainQuestion } from "../../pipeline/reason/index.ts";
import type { Chain } from "../contract/index.ts";
import { RequestError } from "../request-error.ts";

type Told = NonNullable<Chain["asking"]>;

/** More at once would be too many for a model that others ask as well. */
const MOST_AT_ONCE = 4;
/** Finished ones are told until so many others have come. */
const REMEMBERED = 500;
const RETRY_SECONDS = 15;

export class AskingChains {
  private readonly told = new Map<string, Told>();
  private readonly failures = new Map<string, number>();
  private readonly running = new Map<string, Promise<void>>();
  private readonly stopped = new AbortController();
  private readonly environment: ChainQuestion["environment"];

  /** `environment` holds the addresses and keys of language models. */
  constructor(environment: ChainQuestion["environment"]) {
    this.environment = environment;
  }

  /** How it stands; undefined where nobody asked. */
  of(place: string): Told | undefined {
    return this.told.get(place);
  }

  /** Begin. @throws RequestError: conflict while it is under way, too_many while others are. */
  begin(place: string, question: Omit<ChainQuestion, "environment" | "signal" | "onStep" | "failures">): void {
    if (this.running.has(place)) {
      throw new RequestError("conflict", "These texts are being asked for already.", {
        todo: "Wait until they are there.",
      });
    }
    if (this.running.size >= MOST_AT_ONCE) {
      const message = `${MOST_AT_ONCE} chains are being asked for already.`;
      throw new RequestError("too_many", message, { retryAfter: RETRY_SECONDS });
    }
    const begun = { state: "asking", by: question.by, since: new Date().toISOString() } as const;
    this.tell(place, begun);
    const work = askAgain({
      ...question,
      failures: this.failures.get(place),
      environment: this.environment,
      signal: this.stopped.signal,
      onStep: (step, { label: writer }) => this.tell(place, { ...begun, step, writer }),
    });
    const done = work
      .then(
        (changed) => {
          this.failures.delete(place);
          this.tell(place, { ...begun, state: "done", changed: [...changed] });
        },
        (error: unknown) => {
          this.failures.set(place, (this.failures.get(place) ?? 0) + 1);
          this.tell(place, { ...begun, state: "failed", failure: reasonOf(error) });
        },
      )
      .finally(() => this.running.delete(place));
    this.running.set(place, done);
  }

  /** Break off what is under way. */
  async close(): Promise<void> {
    this.stopped.abort();
    await Promise.all(this.running.values());
  }

  private tell(place: string, told: Told): void {
    this.told.delete(place);
    this.told.set(place, told);
    for (const old of this.told.keys()) {
      if (this.told.size <= REMEMBERED) return;
      if (!this.running.has(old)) this.told.delete(old);
    }
  }
}
