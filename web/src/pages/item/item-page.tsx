// One item: what the catalogue says, what was reasoned about it, what is like it, who has it.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Item } from "../../../../src/client/index.ts";
import { useAnswer } from "../../asking/use-answer.ts";
import { Choice } from "../../showing/choice.tsx";
import { ItemLines, titleOf, UserLink } from "../../showing/item-link.tsx";
import { count, counted, plain, price } from "../../showing/numbers.ts";
import { Page, Section } from "../../showing/page.tsx";
import { Shown, Skeleton } from "../../showing/states.tsx";
import { TextSteps } from "../../showing/text-steps.tsx";
import { type By, shownWay, WAYS } from "./similar-ways.ts";

export function ItemDetailsPage({ id }: { readonly id: string }): JSX.Element {
  const answer = useAnswer("item", { id });
  const item = answer.kind === "here" ? answer.value : undefined;
  return (
    <Page
      title={item === undefined ? id : titleOf(item)}
      kind={item?.categories?.join(" › ") ?? "Item"}
      about={item === undefined ? <span class="faint">{id}</span> : <Facts item={item} />}
    >
      <Shown answer={answer} waiting={<Skeleton rows={6} tall={88} />}>
        {(found) => <Details item={found} />}
      </Shown>
    </Page>
  );
}

function Facts({ item }: { readonly item: Item }): JSX.Element {
  const { id, brand, price: costs, seen, origin, isRemoved } = item;
  return (
    <ul class="facts">
      {brand !== undefined && <li>{brand}</li>}
      {costs !== undefined && <li class="numbers">{price(costs)}</li>}
      <li>
        <code>{id}</code>
      </li>
      <li>
        {seen > 0 ? (
          <span class="chip accent numbers">warm: taken {count(seen)}× in training</span>
        ) : (
          <span class="chip warn">cold: training never saw it; its texts speak for it</span>
        )}
      </li>
      {origin === "added" && <li class="chip">added after training</li>}
      {isRemoved === true && <li class="chip bad">removed: never recommended</li>}
    </ul>
  );
}

function Details({ item }: { readonly item: Item }): JSX.Element {
  const { id, description, texts, holders, attributes, events } = item;
  const named = Object.entries(attributes);
  return (
    <div class="main-and-side">
      <div>
        <Section name="texts" title="What was reasoned" note="Whom it pleases, whom it does not, and its core.">
          <TextSteps texts={texts} of="item" id={id} />
        </Section>
        <Similar id={id} />
      </div>
      <div>
        <Section
          name="holders"
          title="Who has it"
          note={`${counted(holders.total, "user")} in training${events > 0 ? `, ${counted(events, "event")} since` : ""}`}
        >
          {holders.users.length === 0 ? (
            <p class="soft">Nobody yet.</p>
          ) : (
            <ul class="tags">
              {holders.users.map((user) => (
                <li key={user}>
                  <UserLink id={user} />
                </li>
              ))}
            </ul>
          )}
          {holders.total > holders.users.length && (
            <p class="faint small">and {count(holders.total - holders.users.length)} others</p>
          )}
        </Section>
        {(description !== undefined || named.length > 0) && (
          <Section name="catalogue" title="In the catalogue">
            {description !== undefined && <p class="soft long-text">{description}</p>}
            {named.length > 0 && (
              <dl class="pairs">
                {named.map(([name, value]) => (
                  <div key={name}>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </div>
                ))}
              </dl>
            )}
          </Section>
        )}
      </div>
    </div>
  );
}

const SHOWN = 10;
const NO_VECTORS = <p class="soft">This model has no vector an item to compare them by.</p>;

function Similar({ id }: { readonly id: string }): JSX.Element {
  // Nothing is chosen at first: not every model has a vector an item, and the server takes what there is.
  const [chosen, setChosen] = useState<By>();
  const answer = useAnswer("similarItems", { id, count: SHOWN, by: chosen });
  const by = shownWay(chosen, answer);
  const choice = <Choice label="Alike by" options={WAYS} value={by} onChoose={setChosen} />;
  return (
    <Section name="similar" title="Items like it" beside={choice}>
      <Shown
        answer={answer}
        waiting={<Skeleton rows={SHOWN} tall={52} />}
        missing={by === "model" ? NO_VECTORS : undefined}
      >
        {({ items }, isOld) =>
          items.length === 0 ? (
            <p class="soft">Nothing is known in common with any other item.</p>
          ) : (
            <ol class={isOld ? "rows is-old" : "rows"}>
              {items.map(({ rank, similarity, item }) => (
                <li class="row" key={item.id}>
                  <span class="rank numbers">{rank}</span>
                  <span class="grows min-0">
                    <ItemLines item={item} />
                  </span>
                  <Meter share={similarity} />
                </li>
              ))}
            </ol>
          )
        }
      </Shown>
    </Section>
  );
}

function Meter({ share }: { readonly share: number }): JSX.Element {
  return (
    <span class="meter">
      <span class="meter-track" aria-hidden="true">
        <span style={{ width: `${Math.min(1, Math.max(0, share)) * 100}%` }} />
      </span>
      <span class="numbers small">{plain(share)}</span>
    </span>
  );
}
