export interface EvaluationFacts {
  /** The rule that does not hold, in the words of the protocol. */
  readonly rule: string;
  /** Whose result: a system, a task, a user. */
  readonly where: string;
  readonly found: string;
  readonly expected: string;
}

/** A result that cannot be right: a broken promise of a recommender or an impossible pair of metrics. */
export class EvaluationError extends Error {
  override readonly name = "EvaluationError";
  readonly facts: EvaluationFacts;

  constructor(facts: EvaluationFacts, options?: ErrorOptions) {
    super(`${facts.where}: found ${facts.found}, expected ${facts.expected} (rule: ${facts.rule}).`, options);
    this.facts = facts;
  }
}
