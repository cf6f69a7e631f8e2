// What a run may spend. A call is paid for in advance at its worst price and settled afterwards, so that calls under
// way at once cannot overspend together.
import { OperationError } from "../../base/errors.ts";

export interface BudgetLimits {
  /** Calls to the model in this run, repairs included. */
  readonly calls?: number | undefined;
  /** Tokens in this run, prompts and answers together. */
  readonly tokens?: number | undefined;
  /** Money in this run, in the currency of the prices. */
  readonly cost?: number | undefined;
}

/** Money per million tokens. */
export interface Prices {
  readonly input: number;
  readonly output: number;
  /** Of prompt tokens that the server had computed before. Default: `input`. */
  readonly cached?: number | undefined;
}

/** What calls used. */
export interface UsedTokens {
  readonly promptTokens: number;
  /** Of them, those that the server had computed before, where it says so. */
  readonly cachedTokens?: number | undefined;
  /** Thinking included. */
  readonly completionTokens: number;
}

/** Not an accident: the run ends here as ordered, and can be continued. */
export class BudgetReached extends OperationError {
  override readonly name: string = "BudgetReached";
}

export function costOf({ promptTokens, cachedTokens = 0, completionTokens }: UsedTokens, prices: Prices): number {
  const { input, output, cached = input } = prices;
  return ((promptTokens - cachedTokens) * input + cachedTokens * cached + completionTokens * output) / 1e6;
}

/** Takes what a call that was set aside really took; to be called once. */
export type Settle = (used: UsedTokens) => void;

/**
 * The calls of one question, each set aside before it is made. One that no whole reply came of in time is taken at its
 * worst: the server may have answered, and may be paid for it.
 */
export class QuestionAccount {
  private open: Settle | undefined;
  private lostCalls = 0;

  /** @throws BudgetReached as `setAside`, which may refuse. */
  constructor(
    private readonly setAside: () => Settle,
    private readonly worst: UsedTokens,
  ) {
    this.open = setAside();
  }

  /** The call timed out, and another one is made. @throws BudgetReached where it might not be paid for. */
  again(): void {
    this.lose();
    this.open = this.setAside();
  }

  /** The last call timed out. */
  lose(): void {
    this.lostCalls++;
    this.close(this.worst);
  }

  close(used: UsedTokens): void {
    this.open?.(used);
    this.open = undefined;
  }

  /** What timed-out calls are taken for. */
  get lost(): { readonly calls: number } & UsedTokens {
    const { lostCalls: calls, worst } = this;
    const { promptTokens, completionTokens } = worst;
    return { calls, promptTokens: calls * promptTokens, completionTokens: calls * completionTokens };
  }
}

interface Amount {
  readonly calls: number;
  readonly tokens: number;
  readonly cost: number;
}

const WORDS: Readonly<Record<keyof Amount, string>> = { calls: "calls", tokens: "tokens", cost: "cost" };

export class Budget {
  private spent: Amount = { calls: 0, tokens: 0, cost: 0 };
  private reserved: Amount = { calls: 0, tokens: 0, cost: 0 };

  constructor(
    private readonly limits: BudgetLimits,
    private readonly prices: Prices,
  ) {}

  /**
   * Set aside one call at its worst. The returned function settles it with what it really took.
   * @throws BudgetReached when the call might not be paid for.
   */
  reserve(promptTokens: number, completionTokens: number): Settle {
    const worst = this.amount(1, { promptTokens, completionTokens });
    for (const name of ["calls", "tokens", "cost"] as const) {
      const limit = this.limits[name];
      if (limit === undefined || this.spent[name] + this.reserved[name] + worst[name] <= limit) continue;
      throw new BudgetReached(`The budget of ${limit} ${WORDS[name]} does not allow another call.`);
    }
    this.reserved = sum(this.reserved, worst);
    return (used) => {
      this.reserved = sum(this.reserved, worst, -1);
      // A call without any tokens was never answered.
      if (used.promptTokens + used.completionTokens > 0) this.spent = sum(this.spent, this.amount(1, used));
    };
  }

  private amount(calls: number, used: UsedTokens): Amount {
    return { calls, tokens: used.promptTokens + used.completionTokens, cost: costOf(used, this.prices) };
  }
}

function sum(a: Amount, b: Amount, sign = 1): Amount {
  return { calls: a.calls + sign * b.calls, tokens: a.tokens + sign * b.tokens, cost: a.cost + sign * b.cost };
}
