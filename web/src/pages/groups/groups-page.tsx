import type { JSX } from "preact";
import { useAnswer } from "../../asking/use-answer.ts";
import { Page } from "../../showing/page.tsx";
import { Empty, Shown, Skeleton } from "../../showing/states.tsx";

export function GroupsPage(): JSX.Element {
  const answer = useAnswer("segments", {});
  return (
    <Page title="Groups" about="Users who are like each other by what was reasoned about them.">
      <Shown answer={answer} waiting={<Skeleton rows={1} tall={520} />} missing={<Empty title="No groups" />}>
        {({ segments }) => <p>{segments.length}</p>}
      </Shown>
    </Page>
  );
}
