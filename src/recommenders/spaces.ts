// Answer spaces that are part of the catalogue: a question about few items must not walk all of them.

export interface Space {
  /** In the order of all items. */
  readonly items: Int32Array;
  /** 1 or 0 by item; undefined where the space is the catalogue. */
  readonly isMember: Uint8Array | undefined;
}

/** Spaces of a catalogue in `order`, each worked out once for all questions that share the array. */
export function spacesIn(order: Int32Array): (among: Int32Array | undefined) => Space {
  const catalogue: Space = { items: order, isMember: undefined };
  const known = new WeakMap<Int32Array, Space>();
  return (among) => {
    if (among === undefined) return catalogue;
    const met = known.get(among);
    if (met !== undefined) return met;
    const isMember = new Uint8Array(order.length);
    for (const item of among) isMember[item] = 1;
    const space = { items: order.filter((item) => isMember[item] === 1), isMember };
    known.set(among, space);
    return space;
  };
}
