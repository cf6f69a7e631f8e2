// Groups of users who are alike: a map to walk, and the same as a list.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Link } from "wouter-preact";
import type { Segment, Segments } from "../../../../src/client/index.ts";
import { groupPage } from "../../asking/addresses.ts";
import { useAnswer } from "../../asking/use-answer.ts";
import { groupNumber } from "../../showing/group-number.ts";
import { counted } from "../../showing/numbers.ts";
import { Page, Section } from "../../showing/page.tsx";
import { Empty, Shown, Skeleton } from "../../showing/states.tsx";
import { GroupMap } from "./group-map.tsx";
import { Shares } from "./shares.tsx";

export function GroupsPage(): JSX.Element {
  const answer = useAnswer("segments", {});
  return (
    <Page
      title="Groups"
      about="Users who are like each other. A bubble is as large as its group; lines join those that are most alike."
    >
      <Shown
        answer={answer}
        waiting={<Skeleton rows={1} tall={560} />}
        missing={
          <Empty title="No groups" command="isrf train DATASET --model isrf --preset mini --out RUN">
            This run knows no similar users: groups come from texts or from interests that the model learnt.
          </Empty>
        }
      >
        {(found) =>
          found.segments.length === 0 ? <Empty title="No groups">{found.note}</Empty> : <Groups {...found} />
        }
      </Shown>
    </Page>
  );
}

function Groups({ segments, links, by, note }: Segments): JSX.Element {
  const largest = [...segments].sort((a, b) => b.size - a.size);
  const [shown, setShown] = useState(largest[0]?.id);
  const segment = segments.find(({ id }) => id === shown);
  return (
    <>
      <div class="map-layout">
        <GroupMap segments={segments} links={links} shown={shown} onShow={setShown} />
        <aside class="card map-side" aria-label="The group pointed at">
          {segment !== undefined && <Glance segment={segment} />}
        </aside>
      </div>
      <p class="faint small">
        Compared by {by}. {note}
      </p>
      <Section name="list" title="As a list" note="Largest first.">
        <ol class="rows two-wide">
          {largest.map(({ id, title, size }) => (
            <li key={id} class="row">
              <span class="rank numbers">{groupNumber(id)}</span>
              <Link class="item-link grows one-line" href={groupPage(id)}>
                {title}
              </Link>
              <span class="faint small numbers">{counted(size, "user")}</span>
            </li>
          ))}
        </ol>
      </Section>
    </>
  );
}

const GLANCED = 5;

function Glance({ segment }: { readonly segment: Segment }): JSX.Element {
  const { id, title, size, shares } = segment;
  return (
    <>
      <p class="faint small">Group {groupNumber(id)}</p>
      <h2>
        <Link href={groupPage(id)} class="item-link">
          {title}
        </Link>
      </h2>
      <p class="soft numbers">{counted(size, "user")}</p>
      <Shares shares={shares.slice(0, GLANCED)} />
    </>
  );
}
