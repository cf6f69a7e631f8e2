// Where one begins: the search, the runs that are served, and what sells.
import type { JSX } from "preact";
import { Link } from "wouter-preact";
import { useAnswer } from "../../asking/use-answer.ts";
import { SearchField } from "../../search/search-field.tsx";
import { ItemLines, UserLink } from "../../showing/item-link.tsx";
import { count, counted } from "../../showing/numbers.ts";
import { Page, Section } from "../../showing/page.tsx";
import { Shown, Skeleton } from "../../showing/states.tsx";
import { RunCards } from "../runs/run-cards.tsx";

const SHOWN = 8;

export function HomePage(): JSX.Element {
  return (
    <Page
      title="Overview"
      heading="Why does it recommend that?"
      about="Open a user to see every recommendation taken apart into the evidence that it is the sum of."
    >
      <div class="hero-search">
        <SearchField />
      </div>
      <Section name="served" title="Runs served here" beside={<Link href="/runs">All about runs</Link>}>
        <RunCards />
      </Section>
      <div class="two-columns">
        <Section name="users" title="Users to begin with">
          <FirstUsers />
        </Section>
        <Section name="popular" title="Most taken items">
          <PopularItems />
        </Section>
      </div>
    </Page>
  );
}

function FirstUsers(): JSX.Element {
  const answer = useAnswer("users", { limit: SHOWN });
  return (
    <Shown answer={answer} waiting={<Skeleton rows={SHOWN} tall={52} />}>
      {({ users, total }) => (
        <>
          <ul class="rows">
            {users.map(({ id, interactions }) => (
              <li key={id} class="row">
                <span class="one-line grows">
                  <UserLink id={id} />
                </span>
                <span class="faint small numbers">{counted(interactions, "interaction")}</span>
              </li>
            ))}
          </ul>
          <p class="faint small">of {counted(total, "user")}; search finds the others by their id.</p>
        </>
      )}
    </Shown>
  );
}

function PopularItems(): JSX.Element {
  const answer = useAnswer("popular", { count: SHOWN });
  return (
    <Shown answer={answer} waiting={<Skeleton rows={SHOWN} tall={52} />}>
      {({ items }) => (
        <ol class="rows">
          {items.map(({ rank, item, count: taken }) => (
            <li key={item.id} class="row">
              <span class="rank numbers">{rank}</span>
              <span class="grows min-0">
                <ItemLines item={item} />
              </span>
              <span class="faint small numbers">{count(taken)}×</span>
            </li>
          ))}
        </ol>
      )}
    </Shown>
  );
}
