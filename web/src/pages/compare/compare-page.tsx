// Up to four runs, or one run with terms switched off, side by side on one user: asked as an evaluation asks, with the
// last item held back, so that one sees who would have hit it.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { RunSummary } from "../../../../src/client/index.ts";
import { onlyCurrent } from "../../asking/answer.ts";
import { useAnswer } from "../../asking/use-answer.ts";
import { Icon } from "../../showing/icon.tsx";
import { ItemLink, UserLink } from "../../showing/item-link.tsx";
import { Page, Section } from "../../showing/page.tsx";
import { Empty, Shown, Skeleton } from "../../showing/states.tsx";
import { ColumnCard } from "./column-card.tsx";
import { type Column, MOST, useComparison } from "./columns.ts";
import { UserField } from "./user-field.tsx";

export function ComparePage(): JSX.Element {
  const answer = useAnswer("runs", {});
  return (
    <Page
      title="Side by side"
      about="Who would have recommended what came next? The last item that a user took is held back."
    >
      <Shown answer={answer} waiting={<Skeleton rows={1} tall={520} />}>
        {({ runs }) => <Comparison runs={runs} />}
      </Shown>
    </Page>
  );
}

function Comparison({ runs }: { readonly runs: readonly RunSummary[] }): JSX.Element {
  const { user, columns, setUser, setColumns } = useComparison(usualColumns(runs));
  const [pointed, setPointed] = useState<string>();
  const answer = onlyCurrent(useAnswer("user", user === undefined ? undefined : { id: user }));
  const history = answer.kind === "here" ? answer.value.history : [];
  const change = (at: number, column: Column | undefined) =>
    setColumns(columns.flatMap((one, place) => (place !== at ? [one] : column === undefined ? [] : [column])));
  const target = history.at(-1);
  return (
    <>
      <div class="compare-head">
        <UserField onChoose={setUser} />
        {user !== undefined && (
          <p>
            <UserLink id={user} />
          </p>
        )}
      </div>
      {user === undefined ? (
        <FirstUser onChoose={setUser} />
      ) : (
        <Section
          name="lists"
          title="Their lists"
          note={
            target !== undefined && (
              <>
                Taken next: <ItemLink item={target.item} />
              </>
            )
          }
          beside={
            columns.length < MOST && (
              <button
                type="button"
                class="button"
                onClick={() => setColumns([...columns, columns.at(-1) ?? { run: "", without: "" }])}
              >
                <Icon name="plus" size={16} /> Another column
              </button>
            )
          }
        >
          {target === undefined ? (
            <Shown answer={answer} waiting={<Skeleton rows={1} tall={520} />}>
              {() => <Empty title="No history">Nothing is known of this user, so nothing can be held back.</Empty>}
            </Shown>
          ) : (
            <div class="columns" data-columns={columns.length}>
              {columns.map((column, at) => (
                <ColumnCard
                  key={at}
                  column={column}
                  runs={runs}
                  user={user}
                  history={history.slice(0, -1).map(({ item }) => item.id)}
                  target={target.item.id}
                  pointed={pointed}
                  onPoint={setPointed}
                  onChange={(next) => change(at, next)}
                  isAlone={columns.length === 1}
                />
              ))}
            </div>
          )}
        </Section>
      )}
    </>
  );
}

function usualColumns(runs: readonly RunSummary[]): readonly Column[] {
  const first = runs.find(({ isDefault }) => isDefault) ?? runs[0];
  if (first === undefined) return [];
  if (runs.length > 1) return runs.slice(0, MOST).map(({ name }) => ({ run: name, without: "" }));
  const silent = ["popularity", "sequence"].filter((term) => first.terms?.includes(term));
  return [{ run: first.name, without: "" }, ...silent.map((without) => ({ run: first.name, without }))];
}

/** Where nobody was named: the first of the list is offered. */
function FirstUser({ onChoose }: { readonly onChoose: (id: string) => void }): JSX.Element {
  const answer = useAnswer("users", { limit: 1 });
  const first = answer.kind === "here" ? answer.value.users[0]?.id : undefined;
  return (
    <Empty title="Choose a user">
      Search one above
      {first !== undefined && (
        <>
          , or begin with{" "}
          <button type="button" class="as-link" onClick={() => onChoose(first)}>
            {first}
          </button>
        </>
      )}
      .
    </Empty>
  );
}
