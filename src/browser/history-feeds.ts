// A history as the exported model reads it: slots of fixed number, with weights of 0 where there is no item.
import type { WebSettings } from "./web-files.ts";

export interface Feed {
  readonly data: Int32Array | Float32Array;
  readonly dims: readonly number[];
}

/** What the model wants of `history`: item indices, oldest first; `nItems` stands for no item. */
export function historyFeeds(history: Int32Array, nItems: number, settings: WebSettings): Record<string, Feed> {
  const all = allFeeds(history, nItems, settings);
  return Object.fromEntries(settings.inputs.map((name) => [name, all[name]!]));
}

function allFeeds(history: Int32Array, nItems: number, settings: WebSettings): Record<string, Feed> {
  const { slots, sequenceSlots, textDecay, stretch } = settings;
  // Newest first, so that the newest stand in the first slots whatever the length.
  const recent = history.slice(-slots).reverse();
  const places = new Int32Array(slots);
  places.set(recent);
  const textWeights = Float32Array.from({ length: slots }, (_, age) => (age < recent.length ? textDecay ** age : 0));
  const share = stretch / Math.max(1, recent.length);
  const interestWeights = Float32Array.from({ length: slots }, (_, age) => (age < recent.length ? share : 0));
  const read = sequenceSlots === 0 ? history.slice(0, 0) : history.slice(-sequenceSlots);
  const padded = new Int32Array(sequenceSlots).fill(nItems);
  padded.set(read, sequenceSlots - read.length);
  return {
    slots: { data: places, dims: [slots] },
    textWeights: { data: textWeights, dims: [slots] },
    interestWeights: { data: interestWeights, dims: [slots] },
    history: { data: padded, dims: [sequenceSlots] },
    length: { data: Int32Array.of(read.length), dims: [1] },
    last: { data: Int32Array.of(sequenceSlots - 1), dims: [1] },
    user: { data: Int32Array.of(0), dims: [1] },
  };
}
