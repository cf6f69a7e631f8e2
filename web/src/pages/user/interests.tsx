// What is nearest to the user's own interest, beside what is nearest to that of the similar users.
import type { JSX } from "preact";
import type { ItemCard, User } from "../../../../src/client/index.ts";
import { ItemLines } from "../../showing/item-link.tsx";
import { plain } from "../../showing/numbers.ts";
import { Section } from "../../showing/page.tsx";
import { TermSign, termClass } from "../../showing/terms.tsx";

export function Interests({ interests }: { readonly interests: User["interests"] }): JSX.Element | null {
  if (interests === undefined) return null;
  const { individual, group } = interests;
  const both = new Set(individual.map(({ id }) => id).filter((id) => group?.some((one) => one.id === id)));
  return (
    <Section
      name="interests"
      title={group === undefined ? "Interest" : "Two interests"}
      note={
        group === undefined
          ? "Items nearest to what the model knows of the user; it reads no similar users."
          : "Items nearest to what the model knows of the user, and of the users who are like this one. What stands in both is marked."
      }
    >
      <Categories categories={interests.categories} />
      <div class="two-columns">
        <Nearest term="individual" title="Of this user" items={individual} both={both} />
        {group !== undefined && <Nearest term="group" title="Of similar users" items={group} both={both} />}
      </div>
    </Section>
  );
}

function Nearest({
  term,
  title,
  items,
  both,
}: {
  readonly term: string;
  readonly title: string;
  readonly items: readonly ItemCard[];
  readonly both: ReadonlySet<string>;
}): JSX.Element {
  return (
    <div class="card">
      <h3 class="with-sign">
        <TermSign term={term} /> {title}
      </h3>
      <ol class="rows">
        {items.map((item, place) => (
          <li key={item.id} class="row">
            <span class="rank numbers">{place + 1}</span>
            <span class="grows min-0">
              <ItemLines item={item} />
            </span>
            {both.has(item.id) && <span class="chip">both</span>}
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Both interests towards each category, as two bars beneath one name. */
function Categories({
  categories,
}: {
  readonly categories: NonNullable<User["interests"]>["categories"];
}): JSX.Element | null {
  if (categories.length === 0) return null;
  return (
    <ul class="card affinities">
      {categories.map(({ category, individual, group }) => (
        <li key={category}>
          <span class="one-line small" title={category}>
            {category}
          </span>
          {(
            [
              ["individual", individual],
              ["group", group],
            ] as const
          ).map(
            ([term, value]) =>
              value !== undefined && (
                <span key={term} class={`affinity ${termClass(term)}`}>
                  <span class="affinity-bar" style={{ width: `${value * 100}%` }} aria-hidden="true" />
                  <span class="hidden-words">
                    {term} {plain(value)}
                  </span>
                </span>
              ),
          )}
        </li>
      ))}
    </ul>
  );
}
