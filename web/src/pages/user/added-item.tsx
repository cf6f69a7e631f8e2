// An item that was added to a history to see what happens.
import type { JSX } from "preact";
import type { ItemCard } from "../../../../src/client/index.ts";
import { useAnswer } from "../../asking/use-answer.ts";
import { Icon } from "../../showing/icon.tsx";
import { ItemLines } from "../../showing/item-link.tsx";

export function AddedItem({
  id,
  isAgain,
  onRemove,
}: {
  readonly id: string;
  /** It is in the history already, and moves to its end. */
  readonly isAgain: boolean;
  readonly onRemove: () => void;
}): JSX.Element {
  const answer = useAnswer("item", { id });
  const item: ItemCard = answer.kind === "here" ? answer.value : { id, seen: 0, origin: "trained" };
  return (
    <li class="moment from-you">
      <span class="grows min-0">
        <ItemLines item={item} />
        <span class="small moment-note">{isAgain ? "taken again, by you" : "added by you"}</span>
      </span>
      <button type="button" class="icon-button" aria-label={`Remove ${item.title ?? id}`} onClick={onRemove}>
        <Icon name="close" size={16} />
      </button>
    </li>
  );
}
