// One term of one score: its figures, its sentence, and what is behind it.
import type { JSX } from "preact";
import type { Behind, Reason } from "../../../src/client/index.ts";
import { ItemLink, UserLink } from "./item-link.tsx";
import { plain, signed } from "./numbers.ts";
import { TermSign } from "./terms.tsx";

export function ReasonCard({ reason }: { readonly reason: Reason }): JSX.Element {
  const { term, says, adds, typical, ahead, behind, text } = reason;
  return (
    <div class="reason-card">
      <p class="reason-name">
        <TermSign term={term} /> <strong>{term}</strong>
        {ahead !== undefined && <span class="numbers">{signed(ahead)}</span>}
      </p>
      <p>{says}</p>
      {adds !== undefined && typical !== undefined && (
        <p class="faint small numbers">
          adds {plain(adds)}, a typical item {plain(typical)}
        </p>
      )}
      {text !== undefined && <p class="small quoted">{text}</p>}
      {behind.length > 0 && (
        <ul class="behind">
          {behind.map((one) => (
            <BehindRow one={one} key={one.kind === "item" ? one.item.id : one.user} />
          ))}
        </ul>
      )}
    </div>
  );
}

function BehindRow({ one }: { readonly one: Behind }): JSX.Element {
  return (
    <li>
      <span class="one-line">{one.kind === "item" ? <ItemLink item={one.item} /> : <UserLink id={one.user} />}</span>
      <span class="faint small">
        {one.kind === "user" && `similarity ${plain(one.similarity)}`}
        {one.kind === "user" && one.shares.length > 0 && " · "}
        {one.shares.length > 0 && `in common: ${one.shares.join(", ")}`}
      </span>
      {one.text !== undefined && <span class="small quoted">{one.text}</span>}
    </li>
  );
}
