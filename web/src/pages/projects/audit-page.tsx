// What an audit found on each run: every known leak, present, absent, or not measurable.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { RunSummary } from "../../../../src/client/index.ts";
import { useAnswer } from "../../asking/use-answer.ts";
import { Choice } from "../../showing/choice.tsx";
import { counted } from "../../showing/numbers.ts";
import { Page } from "../../showing/page.tsx";
import { Empty, Shown, Skeleton } from "../../showing/states.tsx";
import { numberAt, recordsAt, type Stored, wordsAt } from "../../showing/stored.ts";

export function AuditPage(): JSX.Element {
  const answer = useAnswer("runs", {});
  return (
    <Page
      title="Audit"
      about="Leaks known from published code, each measured on the run itself: on what it was given, asked, and answered."
    >
      <Shown answer={answer} waiting={<Skeleton rows={6} tall={72} />}>
        {({ runs }) => <Audits runs={runs} />}
      </Shown>
    </Page>
  );
}

function Audits({ runs }: { readonly runs: readonly RunSummary[] }): JSX.Element {
  const [name, setName] = useState(runs[0]?.name ?? "");
  const run = runs.find((one) => one.name === name);
  const answer = useAnswer("audit", name === "" ? undefined : { run: name });
  const none = (
    <Empty title="This run was not audited" command={`isrf audit ${run?.directory ?? "RUN"}`}>
      The audit asks the run twice, and says of every leak whether it is there, with its figures.
    </Empty>
  );
  return (
    <>
      {runs.length > 1 && (
        <div class="above-list">
          <Choice
            label="Run"
            options={runs.map((one) => ({ value: one.name, name: one.name }))}
            value={name}
            onChoose={setName}
          />
        </div>
      )}
      <Shown answer={answer} waiting={<Skeleton rows={6} tall={72} />} missing={none}>
        {({ audit, fits }) => (
          <>
            {!fits && <StaleNote command={`isrf audit ${run?.directory ?? "RUN"}`} />}
            {recordsAt(audit, "findings").length === 0 ? none : <Findings audit={audit} />}
          </>
        )}
      </Shown>
    </>
  );
}

function StaleNote({ command }: { readonly command: string }): JSX.Element {
  return (
    <div class="note warn" role="status">
      <p>This was found of another model of the run, and says nothing of the one that answers. To audit it again:</p>
      <p>
        <code class="command">{command}</code>
      </p>
    </div>
  );
}

const CHIPS: Readonly<Record<string, string>> = { absent: "chip good", present: "chip bad" };

function Findings({ audit }: { readonly audit: Stored }): JSX.Element {
  const findings = recordsAt(audit, "findings");
  const leaks = numberAt(audit, "leaks") ?? findings.filter((one) => wordsAt(one, "verdict") === "present").length;
  return (
    <>
      <p class="above-list">
        <strong>{leaks === 0 ? "No leak was found" : `${counted(leaks, "leak")} found`}</strong>{" "}
        <span class="soft">
          among {findings.length} that were looked for, with {counted(numberAt(audit, "users") ?? 0, "user")} asked.
        </span>
      </p>
      <ul class="rows findings">
        {findings.map((finding) => {
          const verdict = wordsAt(finding, "verdict") ?? "";
          return (
            <li class="row" key={wordsAt(finding, "leak")}>
              <code class="finding-name">{wordsAt(finding, "leak")}</code>
              <span class="grows">{wordsAt(finding, "reason")}</span>
              <span class={CHIPS[verdict] ?? "chip"}>{verdict}</span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
