// One column: who is asked, and the list that they answer, the held-back item marked in it.
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import type { RunSummary } from "../../../../src/client/index.ts";
import { useAnswer } from "../../asking/use-answer.ts";
import { Icon } from "../../showing/icon.tsx";
import { ItemLink, itemFacts } from "../../showing/item-link.tsx";
import { Shown, Skeleton } from "../../showing/states.tsx";
import type { Column } from "./columns.ts";
import { type Hit, hitOf } from "./hit.ts";

const SHOWN = 10;
const HIT_CLASSES: Readonly<Record<Hit["kind"], string>> = {
  waiting: "faint",
  none: "faint",
  refused: "soft",
  hit: "chip good",
  miss: "chip numbers",
};

interface ColumnCardProps {
  readonly column: Column;
  readonly runs: readonly RunSummary[];
  readonly user: string;
  readonly history: readonly string[];
  /** The item that was held back. */
  readonly target: string;
  /** An item that is pointed at in any column. */
  readonly pointed: string | undefined;
  readonly onPoint: (id: string | undefined) => void;
  readonly onChange: (column: Column | undefined) => void;
  readonly isAlone: boolean;
}

export function ColumnCard(props: ColumnCardProps): JSX.Element {
  const { column, user, history, target, pointed, onPoint } = props;
  const asked = {
    user,
    history: [...history],
    run: column.run === "" ? undefined : column.run,
    without: column.without === "" ? undefined : [column.without],
  };
  const answer = useAnswer("recommend", { ...asked, count: SHOWN });
  const ranks = useAnswer("rank", { ...asked, items: [target] });
  const hit = hitOf(ranks, SHOWN);
  const isOld = ranks.kind === "here" && ranks.isOld;
  return (
    <article class="card compare-column">
      <ColumnHead {...props} />
      <p class={isOld ? "small hit-line is-old" : "small hit-line"}>
        <span class={HIT_CLASSES[hit.kind]}>{hit.words}</span>
      </p>
      <Shown answer={answer} waiting={<Skeleton rows={SHOWN} tall={48} />}>
        {({ items, made, system }, isOld) => (
          <>
            {made === "fallback" && <p class="small faint">answered by {system}</p>}
            <ol class={isOld ? "rows is-old" : "rows"}>
              {items.map(({ rank: place, item }) => (
                <li
                  key={item.id}
                  class={`row ${item.id === target ? "is-hit" : ""} ${item.id === pointed ? "is-pointed" : ""}`}
                  onMouseEnter={() => onPoint(item.id)}
                  onMouseLeave={() => onPoint(undefined)}
                  onFocusCapture={() => onPoint(item.id)}
                  onBlurCapture={() => onPoint(undefined)}
                >
                  <span class="rank numbers">{place}</span>
                  <span class="item-lines grows">
                    <span class="one-line">
                      <ItemLink item={item} />
                    </span>
                    <span class="one-line faint small">
                      {item.id === target && <strong class="hit-word">taken next · </strong>}
                      {itemFacts(item)}
                    </span>
                  </span>
                </li>
              ))}
            </ol>
          </>
        )}
      </Shown>
    </article>
  );
}

function ColumnHead({ column, runs, onChange, isAlone }: ColumnCardProps): JSX.Element {
  const name = useId();
  const terms = runs.find((run) => run.name === column.run)?.terms ?? [];
  return (
    <header class="column-head">
      <label class="hidden-words" for={`${name}-run`}>
        Run
      </label>
      <select
        id={`${name}-run`}
        value={column.run}
        onChange={(event) => onChange({ run: event.currentTarget.value, without: "" })}
      >
        {runs.map((run) => (
          <option key={run.name} value={run.name}>
            {run.name}
          </option>
        ))}
      </select>
      {terms.length > 0 && (
        <>
          <label class="hidden-words" for={`${name}-term`}>
            Without a term
          </label>
          <select
            id={`${name}-term`}
            value={column.without}
            onChange={(event) => onChange({ ...column, without: event.currentTarget.value })}
          >
            <option value="">all terms</option>
            {terms.map((term) => (
              <option key={term} value={term}>
                without {term}
              </option>
            ))}
          </select>
        </>
      )}
      {!isAlone && (
        <button type="button" class="icon-button" aria-label="Remove this column" onClick={() => onChange(undefined)}>
          <Icon name="close" size={16} />
        </button>
      )}
    </header>
  );
}
