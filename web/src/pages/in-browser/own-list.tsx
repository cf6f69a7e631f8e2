// The list of the model in this page: every item with its terms, how long the answer took, and whether the server agrees.
import type { JSX } from "preact";
import type { Evidence, Recommender } from "../../../../src/browser/api.ts";
import { answerNotice } from "../../showing/answer-notice.ts";
import { EvidenceBar, scaleOf } from "../../showing/evidence-bar.tsx";
import { Icon } from "../../showing/icon.tsx";
import { ItemLines } from "../../showing/item-link.tsx";
import { plain } from "../../showing/numbers.ts";
import { Failed, Skeleton } from "../../showing/states.tsx";
import type { SummedReason } from "../../showing/summed.ts";
import { Agreement } from "./agreement.tsx";
import { cardOf } from "./cards.ts";
import type { Theirs } from "./server-list.tsx";
import { median, type Own, SHOWN } from "./use-own-answer.ts";

type Terms = Recommender["about"]["terms"];

export function OwnList({
  own: { last, failure },
  terms,
  theirs,
  onAdd,
}: {
  readonly own: Own;
  readonly terms: Terms;
  readonly theirs: Theirs | undefined;
  readonly onAdd: (id: string) => void;
}): JSX.Element {
  if (failure !== undefined) return <Failed refusal={{ status: 0, message: failure, todo: undefined }} />;
  if (last === undefined) return <Skeleton rows={SHOWN} tall={64} />;
  const { answer, times } = last;
  const { items, ms } = answer;
  const notice = answerNotice(answer);
  const lists = items.map(({ evidence }) => reasonsOf(evidence, terms));
  const scale = scaleOf(lists, "ahead");
  return (
    <div class="card" id="own-list">
      <h3>This browser</h3>
      <p class="small soft numbers answer-time">
        {plain(ms, 1)} ms{times.length > 1 && `, median of ${times.length}: ${plain(median(times), 1)} ms`}
        {notice !== undefined && ` · ${notice}`}
      </p>
      <Agreement own={answer} theirs={theirs} />
      <ol class="rows">
        {items.map(({ item, rank }, at) => (
          <li key={item.id} class="own-row" data-item={item.id}>
            <div class="own-head">
              <span class="rank numbers">{rank}</span>
              <span class="grows min-0">
                <ItemLines item={cardOf(item)} />
              </span>
              <button
                type="button"
                class="icon-button"
                aria-label={`Add ${item.title} to the history`}
                title="Add to the history"
                onClick={() => onAdd(item.id)}
              >
                <Icon name="plus" size={16} />
              </button>
            </div>
            {lists[at]!.length > 0 && (
              <EvidenceBar reasons={lists[at]!} by="ahead" scale={scale} label={`Why ${item.title}`} />
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

function reasonsOf(evidence: readonly Evidence[], terms: Terms): readonly SummedReason[] {
  return evidence.map(({ term, adds, ahead }) => {
    const describes = terms.find(({ name }) => name === term)?.describes ?? term;
    return { term, describes, says: describes, adds, ahead, typical: adds - ahead, behind: [] };
  });
}
