// Whose row a model with one row a user reads, or why there is none.
import { UsageError } from "../base/errors.ts";

/** @throws UsageError for somebody known by a history alone, and for a row that the model does not have. */
export function userRow(model: string, userIndex: number | undefined, nUsers: number): number {
  if (userIndex === undefined) {
    throw new UsageError(
      `${model} knows users by what it learnt of each in training and cannot answer for somebody known by a history alone.`,
    );
  }
  if (userIndex >= 0 && userIndex < nUsers) return userIndex;
  throw new UsageError(`user index ${userIndex}: this model knows ${nUsers} users.`);
}
