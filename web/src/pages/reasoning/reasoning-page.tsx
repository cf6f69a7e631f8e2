// Texts that were reasoned, in the chains in which they were written, to be read, edited and asked for again.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import type { Chains } from "../../../../src/client/index.ts";
import { useQuery } from "../../asking/address-bar.ts";
import { chainPage } from "../../asking/addresses.ts";
import { useAnswer } from "../../asking/use-answer.ts";
import { SearchField } from "../../search/search-field.tsx";
import { Choice } from "../../showing/choice.tsx";
import { counted } from "../../showing/numbers.ts";
import { Page } from "../../showing/page.tsx";
import { Pager } from "../../showing/pager.tsx";
import { Empty, Shown, Skeleton } from "../../showing/states.tsx";
import { ChainCard } from "./chain-card.tsx";
import { StandingNote } from "./standing-note.tsx";

type Subject = Chains["subject"];
const SUBJECTS: readonly { readonly value: Subject; readonly name: string }[] = [
  { value: "item", name: "Items" },
  { value: "user", name: "Users" },
];
const SHOWN = 8;
/** Between two looks at a chain that is being asked for. */
const LOOK_MS = 700;
const lookAfter = ({ chains }: Chains): number | undefined =>
  chains.some(({ asking }) => asking?.state === "asking") ? LOOK_MS : undefined;
const ADDRESSES = {
  item: (id: string) => chainPage("item", id),
  user: (id: string) => chainPage("user", id),
};

const NONE = (
  <Empty title="Nothing was reasoned" command="isrf reason DATASET">
    Reasoning writes three texts about every item and user: whom it pleases, whom it does not, and the core.
  </Empty>
);

export function ReasoningPage(): JSX.Element {
  const query = useQuery();
  const [, navigate] = useLocation();
  const subject: Subject = query.get("subject") === "user" ? "user" : "item";
  const id = query.get("id") ?? undefined;
  return (
    <Page
      title="Reasoning"
      about="Three texts about each item and user. Edit one, or have them asked for again: what stood there before is kept."
    >
      <div class="above-list chain-tools">
        <Choice
          label="Texts about"
          options={SUBJECTS}
          value={subject}
          onChoose={(chosen) => navigate(`/reasoning?subject=${chosen}`)}
        />
        <SearchField label="Find the texts of an item or user" addressOf={ADDRESSES} isMain={false} />
        {id !== undefined && <Link href={`/reasoning?subject=${subject}`}>All chains</Link>}
      </div>
      <ChainList key={`${subject} ${id}`} subject={subject} id={id} />
    </Page>
  );
}

function ChainList({ subject, id }: { readonly subject: Subject; readonly id: string | undefined }): JSX.Element {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const [again, setAgain] = useState(0);
  const onChanged = () => setAgain((times) => times + 1);
  const input = { subject, id, limit: SHOWN, cursor: cursors.at(-1) };
  const answer = useAnswer("chains", input, { again, againAfter: lookAfter });
  return (
    <Shown answer={answer} waiting={<Skeleton rows={4} tall={220} />} missing={id === undefined ? NONE : undefined}>
      {({ chains, total, nextCursor, standing }, isOld) =>
        chains.length === 0 ? (
          NONE
        ) : (
          <div class={isOld ? "is-old" : undefined}>
            <StandingNote standing={standing} />
            {id === undefined && <p class="faint small above-list">{counted(total, "chain")}</p>}
            {chains.map((chain) => (
              <ChainCard
                key={chain.id}
                subject={subject}
                chain={chain}
                isFixed={standing.isFixed !== undefined}
                onChanged={onChanged}
              />
            ))}
            <Pager cursors={cursors} next={nextCursor} total={total} perPage={SHOWN} onTurn={setCursors} />
          </div>
        )
      }
    </Shown>
  );
}
