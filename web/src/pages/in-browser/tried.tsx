// A history that is picked here, and what both make of it.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Item, Recommender } from "../../../../src/browser/api.ts";
import { historyItems } from "../../showing/history-items.ts";
import { Icon } from "../../showing/icon.tsx";
import { ItemLines } from "../../showing/item-link.tsx";
import { Section } from "../../showing/page.tsx";
import { useWhatIf, type WhatIfControl } from "../user/what-if.ts";
import { Witnesses } from "../user/witnesses.tsx";
import { cardOf } from "./cards.ts";
import { LocalItemField } from "./local-item-field.tsx";
import { OwnList } from "./own-list.tsx";
import { ServerList, useServerList } from "./server-list.tsx";
import { useOwnAnswer } from "./use-own-answer.ts";

export function Tried({ recommender, run }: { readonly recommender: Recommender; readonly run: string }): JSX.Element {
  const whatIf = useWhatIf();
  const { plus: history } = whatIf.state;
  const terms = recommender.about.terms.map(({ name }) => name);
  // The address may name terms of another run.
  const without = whatIf.state.without.filter((term) => terms.includes(term));
  const strange = whatIf.state.without.filter((term) => !terms.includes(term));
  const own = useOwnAnswer(recommender, history, without);
  const [asksServer, setAsking] = useState(true);
  // Best sellers answer no history: there is nothing to compare.
  const theirs = useServerList(asksServer && history.length > 0 ? { run, history, without } : undefined);
  return (
    <div class="user-layout">
      <Section name="history" title="History" note="Newest on top. It stands in the address of this page.">
        <LocalItemField recommender={recommender} onAdd={(id) => !history.includes(id) && whatIf.toggle("plus", id)} />
        {history.length === 0 && (
          <p class="soft small above-list">
            Nothing yet: the list is what most people took. Add an item, or the first of the list.
          </p>
        )}
        <Picked items={historyItems(history, recommender)} whatIf={whatIf} />
      </Section>
      <Section
        name="recommendations"
        title="Recommended next"
        note="By the model in this page, and by the server for the same history."
        beside={
          <label class="switch-line small">
            <input type="checkbox" checked={asksServer} onChange={() => setAsking(!asksServer)} /> Ask the server too
          </label>
        }
      >
        <Witnesses terms={terms} whatIf={whatIf} />
        {strange.length > 0 && (
          <p class="soft small">{strange.join(", ")}: no term of this run, though the address leaves it out.</p>
        )}
        <div class="two-columns both-lists">
          <OwnList
            own={own}
            terms={recommender.about.terms}
            theirs={theirs}
            onAdd={(id) => whatIf.toggle("plus", id)}
          />
          {theirs !== undefined && <ServerList theirs={theirs} own={own.last?.answer} />}
        </div>
      </Section>
    </div>
  );
}

function Picked({ items, whatIf }: { readonly items: readonly Item[]; readonly whatIf: WhatIfControl }): JSX.Element {
  return (
    <ol class="timeline" reversed>
      {[...items].reverse().map((item) => (
        <li key={item.id} class="moment from-you">
          <span class="grows min-0">
            <ItemLines item={cardOf(item)} />
          </span>
          <button
            type="button"
            class="icon-button"
            aria-label={`Take out ${item.title}`}
            onClick={() => whatIf.toggle("plus", item.id)}
          >
            <Icon name="close" size={16} />
          </button>
        </li>
      ))}
    </ol>
  );
}
