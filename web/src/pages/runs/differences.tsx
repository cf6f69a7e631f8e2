// Options of several runs: those alone in which they differ.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Run } from "../../../../src/client/index.ts";
import { call } from "../../asking/server.ts";
import { counted } from "../../showing/numbers.ts";
import { Section } from "../../showing/page.tsx";
import { Skeleton } from "../../showing/states.tsx";
import { type AskedRuns, askedRuns } from "./asked-runs.ts";

export function Differences({ names }: { readonly names: readonly string[] }): JSX.Element {
  const asked = useRuns(names);
  return (
    <Section name="differences" title="Trained apart" note="Options in which the runs differ.">
      {asked === undefined ? <Skeleton rows={3} /> : <Compared {...asked} />}
    </Section>
  );
}

/** All of them, as soon as each has been answered or refused. */
function useRuns(names: readonly string[]): AskedRuns | undefined {
  const [asked, setAsked] = useState<AskedRuns>();
  const question = names.join("\n");
  useEffect(() => {
    const stop = new AbortController();
    const wanted = question.split("\n");
    Promise.allSettled(wanted.map((name) => call("run", { name }, stop.signal))).then((answers) => {
      if (!stop.signal.aborted) setAsked(askedRuns(wanted, answers));
    });
    return () => stop.abort();
  }, [question]);
  return asked;
}

function Compared({ runs, missing }: AskedRuns): JSX.Element {
  return (
    <>
      {missing.length > 0 && (
        <p class="note warn" role="status">
          Not compared: {missing.map(({ name, why }) => `${name} (${why})`).join("; ")}
        </p>
      )}
      {runs.length > 1 && <Table runs={runs} />}
    </>
  );
}

function Table({ runs }: { readonly runs: readonly Run[] }): JSX.Element {
  const settings = runs.map(({ options, system, preset, dataset }) => ({
    system,
    preset,
    dataset: dataset.name,
    ...options,
  }));
  const names = [...new Set(settings.flatMap((one) => Object.keys(one)))];
  const wordsOf = (name: string) => settings.map((one) => optionWords((one as Record<string, unknown>)[name]));
  const apart = names.filter((name) => new Set(wordsOf(name)).size > 1);
  if (apart.length === 0) return <p class="soft">None: all {counted(names.length, "option")} are the same.</p>;
  return (
    <div class="scrolls">
      <table class="plain">
        <thead>
          <tr>
            <th scope="col">Option</th>
            {runs.map(({ name }) => (
              <th scope="col" key={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {apart.map((name) => (
            <tr key={name}>
              <th scope="row">
                <code>{name}</code>
              </th>
              {wordsOf(name).map((words, at) => (
                <td key={runs[at]!.name} class="numbers">
                  {words}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="faint small">{counted(names.length - apart.length, "other option")} are the same.</p>
    </div>
  );
}

export function optionWords(value: unknown): string {
  if (value === undefined) return "–";
  if (value === "") return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}
