import { OperationError } from "../base/errors.ts";

/** The worker was silent for longer than its lease, or the job was cancelled: what it did counts for nothing. */
export class LeaseLostError extends OperationError {
  override readonly name: string = "LeaseLostError";

  constructor(id: string, worker: string) {
    super(`job ${id}: ${worker} holds it no longer, as its lease has ended or the job was cancelled.`);
  }
}
