// What the filters took away put back where it was.
import type { LeftOutInteraction, LeftOutPart } from "../left-out.ts";
import type { RawShop } from "../raw-shop.ts";

/** `kept` as it was before the filters; users and items that were left out come last. */
export function withLeftOut(kept: RawShop, { interactions, items }: LeftOutPart): RawShop {
  if (interactions.length === 0) return kept;
  const all = [...kept.items, ...items];
  const itemIndex = new Map(all.map(({ itemId }, index) => [itemId, index]));
  const lost = byUser(interactions);
  const known = new Set(kept.users);
  const users = [...kept.users, ...[...lost.keys()].filter((user) => !known.has(user))];
  const histories = users.map((user, row) => restored(kept, row, lost.get(user) ?? [], itemIndex));
  return {
    users,
    items: all,
    sequences: histories.map(({ sequence }) => sequence),
    timestamps: kept.timestamps && histories.map(({ times }) => times),
    ratings: kept.ratings && histories.map(({ ratings }) => ratings),
    userAttributes: kept.userAttributes && users.map((_, row) => kept.userAttributes![row] ?? {}),
  };
}

function byUser(interactions: readonly LeftOutInteraction[]): ReadonlyMap<string, LeftOutInteraction[]> {
  const groups = new Map<string, LeftOutInteraction[]>();
  for (const interaction of interactions) {
    const group = groups.get(interaction.userId);
    if (group === undefined) groups.set(interaction.userId, [interaction]);
    else group.push(interaction);
  }
  return groups;
}

/** One history: the lost interactions at their places, the kept ones in order at the others. */
function restored(
  { sequences, timestamps, ratings }: RawShop,
  row: number,
  lost: readonly LeftOutInteraction[],
  itemIndex: ReadonlyMap<string, number>,
) {
  const sequence = sequences[row] ?? new Int32Array(0);
  const length = sequence.length + lost.length;
  const whole = {
    sequence: new Int32Array(length),
    times: new Float64Array(length),
    ratings: new Float64Array(length),
  };
  let [fromLost, fromKept] = [0, 0];
  for (let place = 0; place < length; place++) {
    const entry = lost[fromLost];
    // Where a history was cut short, places reach beyond what is left of it.
    if (entry !== undefined && (entry.place <= place || fromKept === sequence.length)) {
      whole.sequence[place] = itemIndex.get(entry.itemId)!;
      whole.times[place] = entry.timestamp;
      whole.ratings[place] = entry.rating;
      fromLost++;
    } else {
      whole.sequence[place] = sequence[fromKept]!;
      whole.times[place] = timestamps?.[row]?.[fromKept] ?? Number.NaN;
      whole.ratings[place] = ratings?.[row]?.[fromKept] ?? Number.NaN;
      fromKept++;
    }
  }
  return whole;
}
