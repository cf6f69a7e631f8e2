// Every error a user can cause or mend. The sentence is: where, what was found, what was expected, what to do.
// The shells turn `UsageError` and `InputError` into exit code 2 and everything else into 1.

/** A wrong option, argument or combination of them. */
export class UsageError extends Error {
  override readonly name: string = "UsageError";
}

export interface InputFacts {
  /** File, directory or option that holds the bad input. */
  readonly where: string;
  /** 1-based line number, where one applies. */
  readonly line?: number | undefined;
  readonly found: string;
  readonly expected: string;
  /** What the user should do next. */
  readonly todo?: string | undefined;
}

/** Bad input data: `new InputError({ where: "a.csv", line: 3, found: "2 columns", expected: "4 columns" })`. */
export class InputError extends Error {
  override readonly name: string = "InputError";
  readonly facts: InputFacts;

  constructor(facts: InputFacts, options?: ErrorOptions) {
    const place = facts.line === undefined ? facts.where : `${facts.where}:${facts.line}`;
    const todo = facts.todo === undefined ? "" : ` ${facts.todo}`;
    super(`${place}: found ${facts.found}, expected ${facts.expected}.${todo}`, options);
    this.facts = facts;
  }
}

/** An operation that failed for a reason outside the input: disk full, device missing, server down. */
export class OperationError extends Error {
  override readonly name: string = "OperationError";
}

/** Raised when the caller's `AbortSignal` fires; work up to the last checkpoint is kept. */
export class CancelledError extends Error {
  override readonly name: string = "CancelledError";
}

/** A process was ended from outside, without a word: not its own failure, and whoever ended it may let it go on. */
export class ProcessEndedError extends CancelledError {
  override readonly name = "CancelledError";

  /** @param how "SIGKILL", or "code 1" */
  constructor(
    readonly how: string,
    message: string,
  ) {
    super(message);
  }
}

/** A process of our own that the system would not start: for want of memory or of processes, perhaps. */
export class ProcessNotStartedError extends OperationError {
  override readonly name = "OperationError";

  /** @param why In words, such as "ENOMEM: not enough memory" */
  constructor(
    readonly why: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** @throws CancelledError in these words once `signal` has fired. */
export function stopIf(signal: AbortSignal | undefined, words: string): void {
  if (signal?.aborted) throw new CancelledError(words);
}

/** The refusal of a name: `model sasrek: expected one of sasrec, lightgcn. Did you mean sasrec?` */
export function unknownName(what: string, word: string, known: readonly string[]): UsageError {
  return new UsageError(`${what} ${word}: expected one of ${known.join(", ")}.${didYouMean(word, known)}`);
}

/** ` Did you mean sasrec?`, or nothing where no known word is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? "" : ` Did you mean ${near}?`;
}

/** A broken invariant of our own: the message tells users that it is not them. */
export function internal(message: string): Error {
  return new Error(`internal: ${message}. This is a bug in isrf; please report it.`);
}

/** The value among `known` nearest to `word` (edit distance at most 3), for "did you mean" hints. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = 4;
  for (const candidate of known) {
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, substitution));
    }
    previous = row;
  }
  return previous[b.length]!;
}
