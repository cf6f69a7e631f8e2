// A ranked list of items as lines.
import type { ItemCard } from "../runs/item-card.ts";
import { cardText } from "./card-text.ts";

export interface RankedItem {
  readonly rank: number;
  readonly item: ItemCard;
  readonly score: number;
}

/** `  1    -6.541  P107  chai tea (tea)`, a line an item. */
export function rankedLines(items: readonly RankedItem[]): readonly string[] {
  return items.map(
    ({ rank, item, score }) => `${String(rank).padStart(3)}  ${score.toFixed(3).padStart(8)}  ${cardText(item)}`,
  );
}
