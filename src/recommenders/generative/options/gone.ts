// Options that no longer exist, and the value that every run now has in their place. Runs that were made with them are
// read: they say how a model was trained, and a trained model answers alike.
import { UsageError } from "../../../base/errors.ts";

type Stored = Readonly<Record<string, unknown>>;

const GONE: Stored = {
  adapterActivation: "none",
  distillWarmupEpochs: 0,
  hideTarget: false,
  relation: "row",
  sequentialStart: "random",
};

/** `given` as a sentence where it is an option that is gone. */
export function whyGone(given: string): string | undefined {
  if (!Object.hasOwn(GONE, given)) return undefined;
  return `option ${given}: no longer exists; every run is as with ${given}=${GONE[given]}. Leave it out.`;
}

/** Stored options of a trained model without those that are gone. */
export function withoutGone(stored: Stored): Stored {
  return Object.fromEntries(Object.entries(stored).filter(([name]) => !Object.hasOwn(GONE, name)));
}

/**
 * The same for options that a training goes on with.
 * @throws UsageError for a value that no training can have any more.
 */
export function trainableOptions(stored: Stored): Stored {
  const lost = Object.keys(stored).find((name) => Object.hasOwn(GONE, name) && stored[name] !== GONE[name]);
  if (lost === undefined) return withoutGone(stored);
  throw new UsageError(
    `${lost} ${stored[lost]}: no longer exists, so this training cannot go on; make the run anew without it, in another --out.`,
  );
}
