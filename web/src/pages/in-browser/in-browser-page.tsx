// A run in this very page: recommendations by the exported model, beside those of the server for the same history.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Run } from "../../../../src/client/index.ts";
import { chosenRun } from "../../asking/chosen-run.ts";
import { useAnswer } from "../../asking/use-answer.ts";
import { plain } from "../../showing/numbers.ts";
import { Page } from "../../showing/page.tsx";
import { Empty, Failed, Shown, Skeleton } from "../../showing/states.tsx";
import type { OpenedModel } from "./open-model.ts";
import { Tried } from "./tried.tsx";

export function InBrowserPage(): JSX.Element {
  const answer = useAnswer("runs", {});
  return (
    <Page
      title="In the browser"
      about="The model that isrf export-web wrote, run by this page: it recommends from a history that does not leave the browser."
    >
      <Shown answer={answer} waiting={<Skeleton rows={3} tall={120} />}>
        {({ runs }) => {
          const name = chosenRun.value ?? (runs.find(({ isDefault }) => isDefault) ?? runs[0])?.name;
          return name === undefined ? null : <OfRun key={name} name={name} />;
        }}
      </Shown>
    </Page>
  );
}

function OfRun({ name }: { readonly name: string }): JSX.Element {
  const answer = useAnswer("run", { name });
  return (
    <Shown answer={answer} waiting={<Skeleton rows={3} tall={120} />}>
      {({ inBrowser }) => <Export name={name} inBrowser={inBrowser} />}
    </Shown>
  );
}

function Export({ name, inBrowser }: { readonly name: string; readonly inBrowser: Run["inBrowser"] }): JSX.Element {
  if (inBrowser === undefined) {
    return (
      <Empty title="This run stays on the server">
        Answers from a history alone are those of ISRF's presets tiny and mini; {name} is another system.
      </Empty>
    );
  }
  const { bytes, runtime, todo } = inBrowser;
  if (bytes === undefined || runtime === undefined) {
    return (
      <Empty title="Not exported yet" commands={todo}>
        This makes what a browser needs of {name}. Then load this page again.
      </Empty>
    );
  }
  return (
    <>
      {todo.length > 0 && (
        <div class="note warn" role="status">
          <p>The export is older than the training: it answers as the run did before.</p>
          {todo.map((command) => (
            <p key={command}>
              <code class="command">{command}</code>
            </p>
          ))}
        </div>
      )}
      <Model name={name} bytes={bytes} runtime={runtime} />
    </>
  );
}

type State =
  | { readonly kind: "loading" }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "open"; readonly model: OpenedModel };

function Model({
  name,
  bytes,
  runtime,
}: {
  readonly name: string;
  readonly bytes: number;
  readonly runtime: string;
}): JSX.Element {
  const [state, setState] = useState<State>({ kind: "loading" });
  useEffect(() => {
    let isLeft = false;
    const opening = import("./open-model.ts").then(({ openModel }) => openModel(name, runtime));
    opening.then(
      (model) => !isLeft && setState({ kind: "open", model }),
      (error: unknown) => !isLeft && setState({ kind: "failed", message: String(error) }),
    );
    return () => {
      isLeft = true;
      opening.then(({ recommender }) => recommender.dispose()).catch(() => undefined);
    };
  }, [name, runtime]);
  const size = `${plain(bytes / 1e6, 1)} MB`;
  if (state.kind === "failed") {
    const todo = "Look whether this browser runs WebAssembly, and load the page again.";
    return <Failed refusal={{ status: 0, message: state.message, todo }} />;
  }
  if (state.kind === "loading") {
    return (
      <>
        <p class="note asking" role="status">
          <span class="turning" aria-hidden="true" /> Loading the model, {size}, and onnxruntime-web {runtime}…
        </p>
        <Skeleton rows={6} tall={56} />
      </>
    );
  }
  const { seconds, recommender } = state.model;
  return (
    <>
      <p class="faint small numbers above-list">
        {size} of model, tables and catalogue; opened in {plain(seconds, 1)} s by onnxruntime-web {runtime}, on one
        thread of WebAssembly.
      </p>
      <Tried recommender={recommender} run={name} />
    </>
  );
}
