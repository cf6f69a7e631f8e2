// Recommendations with their evidence, and how they move when the question is changed.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Recommended, User } from "../../../../src/client/index.ts";
import { Choice } from "../../showing/choice.tsx";
import { type BarMeasure, scaleOf } from "../../showing/evidence-bar.tsx";
import { Icon } from "../../showing/icon.tsx";
import { useMovingRows } from "../../showing/move-rows.ts";
import { Section } from "../../showing/page.tsx";
import { Shown, Skeleton } from "../../showing/states.tsx";
import { summed } from "../../showing/summed.ts";
import { Gone } from "./gone.tsx";
import { RecommendedRow } from "./recommended-row.tsx";
import { SHOWN, useList } from "./use-recommendations.ts";
import type { WhatIfControl } from "./what-if.ts";
import { Witnesses } from "./witnesses.tsx";

const MEASURES = [
  { value: "ahead", name: "Beside a typical item" },
  { value: "adds", name: "Parts of the score" },
] as const;
const AS_IT_IS = { minus: [], plus: [], without: [] };

export function Recommendations({
  id,
  user,
  whatIf,
  hasFailed,
}: {
  readonly id: string;
  readonly user: User | undefined;
  readonly whatIf: WhatIfControl;
  readonly hasFailed: boolean;
}): JSX.Element {
  const asked = { user: id, known: user?.history.map(({ item }) => item.id) };
  const [by, setBy] = useState<BarMeasure>("ahead");
  const before = useList(asked, AS_IT_IS);
  const answer = useList(asked, whatIf.state);
  const terms = before.kind === "here" ? termsOf(before.value.items) : [];
  const gone =
    before.kind === "here" && answer.kind === "here" && !answer.isOld
      ? missing(before.value.items, answer.value.items)
      : [];
  return (
    <Section
      name="recommendations"
      title="Recommended next"
      note="Each bar is the sum that the score is: right of the line speaks for the item, left of it against."
      beside={
        <div class="tools">
          {whatIf.isChanged && (
            <button type="button" class="button" onClick={whatIf.reset}>
              <Icon name="undo" size={16} /> As it was
            </button>
          )}
          {terms.length > 0 && <Choice label="Bars show" options={MEASURES} value={by} onChoose={setBy} />}
        </div>
      }
    >
      {terms.length > 0 && <Witnesses terms={terms} whatIf={whatIf} />}
      {!hasFailed && (
        <Shown answer={answer} waiting={<Skeleton rows={SHOWN} tall={74} />}>
          {(list, isOld) => (
            <>
              {list.note !== undefined && <p class="soft small">{list.note}</p>}
              <List
                items={list.items}
                before={before.kind === "here" ? before.value.items : list.items}
                by={by}
                isOld={isOld}
              />
            </>
          )}
        </Shown>
      )}
      <Gone asked={asked} whatIf={whatIf.state} items={gone} />
    </Section>
  );
}

function List({
  items,
  before,
  by,
  isOld,
}: {
  readonly items: readonly Recommended[];
  readonly before: readonly Recommended[];
  readonly by: BarMeasure;
  readonly isOld: boolean;
}): JSX.Element {
  const list = useRef<HTMLOListElement>(null);
  useMovingRows(list, items.map(({ item }) => item.id).join(" "));
  const ranks = new Map(before.map(({ item, rank }) => [item.id, rank]));
  const scale = scaleOf(
    items.map(({ reasons }) => summed(reasons)),
    by,
  );
  return (
    <ol ref={list} class={isOld ? "recommended is-old" : "recommended"} aria-busy={isOld}>
      {items.map((one) => (
        <RecommendedRow key={one.item.id} one={one} before={ranks.get(one.item.id)} by={by} scale={scale} />
      ))}
    </ol>
  );
}

function termsOf(items: readonly Recommended[]): readonly string[] {
  return summed(items[0]?.reasons).map(({ term }) => term);
}

/** Those that stood in the list and do so no longer. */
function missing(before: readonly Recommended[], now: readonly Recommended[]): readonly Recommended[] {
  const there = new Set(now.map(({ item }) => item.id));
  return before.filter(({ item }) => !there.has(item.id));
}
