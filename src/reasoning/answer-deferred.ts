// A question whose answer comes later, with a wave of others.

export class AnswerDeferred extends Error {
  override readonly name: string = "AnswerDeferred";

  /** @param accept Puts the question into the next wave; absent where it is on its way already. */
  constructor(readonly accept?: () => void) {
    super("The answer comes with a later wave.");
  }
}
