// The finished run that a generative training starts from, as its best checkpoint holds it.
import { InputError } from "../../../base/errors.ts";
import { readParameters, type StoredValue } from "../../../training/parameter-files.ts";
import type { WarmFrom } from "../../warm-from.ts";
import { loadModel } from "../model-files.ts";
import type { GenerativeState } from "../state.ts";

export interface Before extends WarmFrom {
  readonly state: GenerativeState;
  /** Values behind the interests, by "set/name", and `texts`. */
  readonly values: ReadonlyMap<string, StoredValue>;
}

/** Name among a checkpoint's parameters of S~_v, the reduced texts that its adapter reads. */
export const TEXTS = "texts";

/** @throws InputError for a run that cannot be taken over: of an older version, or with numbers that moved. */
export async function beforeOf(from: WarmFrom): Promise<Before> {
  const state = await loadModel(from.checkpoint);
  refuseMovedUsers(from, state);
  return { ...from, state, values: await readParameters(from.checkpoint) };
}

/** Text prompts write users as numbers, which the backbone has learnt by heart. */
function refuseMovedUsers({ run, users }: WarmFrom, { form }: GenerativeState): void {
  if (form.kind !== "text" || users.from.every((old, now) => old < 0 || old === now)) return;
  throw new InputError({
    where: run,
    found: "prompts that name users by number, and other numbers of the same users now",
    expected: "users in the order of the run's data, as `isrf data append` keeps them",
    todo: "Append to the run's dataset, or train without --from.",
  });
}
