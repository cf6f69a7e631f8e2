// How the import understood the files of the shop.
import type { JSX } from "preact";
import { useAnswer } from "../../asking/use-answer.ts";
import { count } from "../../showing/numbers.ts";
import { Page, Section } from "../../showing/page.tsx";
import { Empty, Shown, Skeleton } from "../../showing/states.tsx";
import { recordAt, recordsAt, type Stored, wordsAt } from "../../showing/stored.ts";
import { understoodLines } from "./understood.ts";

export function DataPage(): JSX.Element {
  const answer = useAnswer("dataset", {});
  const about = answer.kind === "here" ? `${answer.value.name}, in ${answer.value.directory}` : "\u00a0";
  return (
    <Page title="Data" about={about}>
      <Shown
        answer={answer}
        waiting={<Skeleton rows={3} tall={120} />}
        missing={<Empty title="No dataset" command="isrf data import FILE --out DATASET" />}
      >
        {({ counts, manifest, understood }) => (
          <>
            <dl class="figures card">
              {Object.entries(counts).map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd class="numbers">{count(value)}</dd>
                </div>
              ))}
            </dl>
            <Understood understood={understood} />
            <Origin manifest={manifest} />
          </>
        )}
      </Shown>
    </Page>
  );
}

function Understood({ understood }: { readonly understood: Stored | undefined }): JSX.Element {
  if (understood === undefined) {
    return (
      <Section name="understood" title="What the import understood">
        <Empty title="No card was kept" command="isrf data inspect FILE">
          An inspection reads the files as an import does, writes nothing, and says what it took each column for.
        </Empty>
      </Section>
    );
  }
  return (
    <Section name="understood" title="What the import understood">
      <dl class="pairs card">
        {understoodLines(understood).map(([name, words]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
      <Columns columns={recordsAt(understood, "columns")} />
    </Section>
  );
}

function Columns({ columns }: { readonly columns: readonly Stored[] }): JSX.Element | null {
  if (columns.length === 0) return null;
  return (
    <div class="scrolls">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Column</th>
            <th scope="col">Type</th>
            <th scope="col">Taken for</th>
            <th scope="col">By its</th>
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => (
            <tr key={wordsAt(column, "name")}>
              <th scope="row">{wordsAt(column, "name")}</th>
              <td>
                <code>{wordsAt(column, "type")}</code>
              </td>
              <td>{wordsAt(column, "meaning") ?? <span class="faint">not used</span>}</td>
              <td class="soft">{wordsAt(column, "by")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Origin({ manifest }: { readonly manifest: Stored }): JSX.Element {
  const options = Object.entries(recordAt(manifest, "options") ?? {});
  return (
    <Section name="origin" title="Where it comes from">
      <div class="two-columns">
        <div class="card">
          <h3>Files</h3>
          <ul class="rows">
            {recordsAt(manifest, "inputs").map((input) => (
              <li class="row" key={wordsAt(input, "file")}>
                <span class="grows one-line">{wordsAt(input, "file")}</span>
                <code class="faint">{wordsAt(input, "sha256")?.slice(0, 12)}</code>
              </li>
            ))}
          </ul>
        </div>
        <div class="card">
          <h3>Settings of the import</h3>
          <dl class="pairs">
            {options.map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd class="numbers">{typeof value === "string" ? value : JSON.stringify(value)}</dd>
              </div>
            ))}
          </dl>
        </div>
      </div>
    </Section>
  );
}
