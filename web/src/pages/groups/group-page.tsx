// One group: what its users share, what they take, who they are, and the groups beside it.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import type { Segment } from "../../../../src/client/index.ts";
import { groupPage } from "../../asking/addresses.ts";
import { useAnswer } from "../../asking/use-answer.ts";
import { groupNumber } from "../../showing/group-number.ts";
import { ItemLink, UserLink } from "../../showing/item-link.tsx";
import { counted, plain } from "../../showing/numbers.ts";
import { Page, Section } from "../../showing/page.tsx";
import { Pager } from "../../showing/pager.tsx";
import { Shown, Skeleton } from "../../showing/states.tsx";
import { ShareRow, Shares } from "./shares.tsx";

const SHOWN = 24;

export function GroupPage({ id }: { readonly id: string }): JSX.Element {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const answer = useAnswer("segment", { id, limit: SHOWN, cursor: cursors.at(-1) });
  const title = answer.kind === "here" ? answer.value.segment.title : `Group ${groupNumber(id)}`;
  return (
    <Page
      title={title}
      kind={
        <>
          <Link href="/groups">Groups</Link> › Group {groupNumber(id)}
        </>
      }
      about={
        <span class="numbers">{answer.kind === "here" ? counted(answer.value.segment.size, "user") : "\u00a0"}</span>
      }
    >
      <Shown answer={answer} waiting={<Skeleton rows={8} tall={64} />}>
        {({ segment, users, total, nextCursor }, isOld) => (
          <>
            <div class="two-columns">
              <Section name="shares" title="What they share" note="The bar is this group, the line is everybody.">
                <Shares shares={segment.shares} />
              </Section>
              <Section name="items" title="What they take" note="Items that they hold more often than everybody.">
                <GroupItems items={segment.items} />
              </Section>
            </div>
            <Neighbours id={id} />
            <Section name="users" title="Its users">
              <ul class={isOld ? "rows three-wide is-old" : "rows three-wide"}>
                {users.map((user) => (
                  <li key={user.id} class="row">
                    <span class="grows one-line">
                      <UserLink id={user.id} />
                    </span>
                    <span class="faint small numbers">{counted(user.interactions, "interaction")}</span>
                  </li>
                ))}
              </ul>
              <Pager cursors={cursors} next={nextCursor} total={total} perPage={SHOWN} onTurn={setCursors} />
            </Section>
          </>
        )}
      </Shown>
    </Page>
  );
}

function GroupItems({ items }: { readonly items: Segment["items"] }): JSX.Element {
  const most = Math.max(0.001, ...items.map(({ share }) => share));
  return (
    <ul class="shares">
      {items.map(({ item, share, shareOfAll }) => (
        <li key={item.id}>
          <ShareRow name={<ItemLink item={item} />} share={share} shareOfAll={shareOfAll} most={most} />
        </li>
      ))}
    </ul>
  );
}

function Neighbours({ id }: { readonly id: string }): JSX.Element | null {
  const answer = useAnswer("segments", {});
  if (answer.kind !== "here") return null;
  const { segments, links } = answer.value;
  const near = links
    .filter(({ a, b }) => a === id || b === id)
    .map(({ a, b, similarity }) => ({ segment: segments.find((one) => one.id === (a === id ? b : a)), similarity }))
    .sort((a, b) => b.similarity - a.similarity);
  if (near.length === 0) return null;
  return (
    <Section name="near" title="Groups beside it">
      <ul class="tags">
        {near.map(
          ({ segment, similarity }) =>
            segment !== undefined && (
              <li key={segment.id}>
                <Link href={groupPage(segment.id)}>
                  {groupNumber(segment.id)} {segment.title}
                </Link>{" "}
                <span class="faint small numbers">{plain(similarity)}</span>
              </li>
            ),
        )}
      </ul>
    </Section>
  );
}
