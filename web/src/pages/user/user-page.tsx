// One user: what they took, what was reasoned, what they are recommended and why, and what would change it.
import type { JSX } from "preact";
import { Link } from "wouter-preact";
import type { User } from "../../../../src/client/index.ts";
import { groupPage } from "../../asking/addresses.ts";
import { useAnswer } from "../../asking/use-answer.ts";
import { groupNumber } from "../../showing/group-number.ts";
import { counted } from "../../showing/numbers.ts";
import { Page, Section } from "../../showing/page.tsx";
import { Shown, Skeleton } from "../../showing/states.tsx";
import { TextSteps } from "../../showing/text-steps.tsx";
import { History } from "./history.tsx";
import { Interests } from "./interests.tsx";
import { Recommendations } from "./recommendations.tsx";
import { SimilarUsers } from "./similar-users.tsx";
import { useWhatIf } from "./what-if.ts";

export function UserDetailsPage({ id }: { readonly id: string }): JSX.Element {
  const answer = useAnswer("user", { id });
  const user = answer.kind === "here" ? answer.value : undefined;
  const whatIf = useWhatIf();
  return (
    <Page title={id} kind="User" about={<About user={user} />}>
      <div class="user-layout">
        <Section
          name="history"
          title="History"
          note="Newest on top. Take an item out, or add one, and see the ranks move."
        >
          <Shown answer={answer} waiting={<Skeleton rows={6} tall={56} />}>
            {(found) => <History entries={found.history} whatIf={whatIf} />}
          </Shown>
        </Section>
        <Recommendations id={id} user={user} whatIf={whatIf} hasFailed={answer.kind === "failed"} />
      </div>
      <Shown answer={answer} waiting={<Skeleton rows={3} tall={120} />}>
        {(found) => <Known user={found} />}
      </Shown>
    </Page>
  );
}

function About({ user }: { readonly user: User | undefined }): JSX.Element {
  if (user === undefined) return <span>&nbsp;</span>;
  const { history, segment, known } = user;
  return (
    <ul class="facts">
      <li class="numbers">{counted(history.length, "interaction")}</li>
      {segment !== undefined && (
        <li>
          <Link href={groupPage(segment)}>Group {groupNumber(segment)}</Link>
        </li>
      )}
      {!known && <li class="chip warn">training did not know this user</li>}
    </ul>
  );
}

function Known({ user }: { readonly user: User }): JSX.Element {
  return (
    <>
      <Section name="texts" title="What was reasoned" note="From the history of training alone.">
        <TextSteps texts={user.texts} of="user" id={user.id} />
      </Section>
      <Interests interests={user.interests} />
      <SimilarUsers similar={user.similar} />
    </>
  );
}
