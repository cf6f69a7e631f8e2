// The users of whom a group interest is made, the most similar first.
import type { JSX } from "preact";
import type { User } from "../../../../src/client/index.ts";
import { UserLink } from "../../showing/item-link.tsx";
import { plain } from "../../showing/numbers.ts";
import { Section } from "../../showing/page.tsx";

export function SimilarUsers({ similar }: { readonly similar: User["similar"] }): JSX.Element | null {
  if (similar.length === 0) return null;
  return (
    <Section
      name="similar-users"
      title="Similar users"
      note="By the texts that were reasoned; beside each, what both like."
    >
      <ul class="rows two-wide">
        {similar.map(({ user, similarity, shares }) => (
          <li key={user} class="row">
            <span class="numbers small faint">{plain(similarity)}</span>
            <span class="grows min-0 item-lines">
              <span class="one-line">
                <UserLink id={user} />
              </span>
              <span class="one-line faint small">{shares.join(", ") || "nothing named in common"}</span>
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
