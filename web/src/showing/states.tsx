// What stands where an answer is not yet, is not, or went wrong.
import type { ComponentChildren, JSX } from "preact";
import { accessKey } from "../asking/access-key.ts";
import type { Answer } from "../asking/answer.ts";
import type { Refusal } from "../asking/server.ts";
import { wantsKey } from "../asking/wants-key.ts";
import { KeyForm } from "./key-form.tsx";

/** Grey shapes in the room that the answer will take. */
export function Skeleton({
  rows,
  tall = 44,
}: {
  readonly rows: number;
  readonly tall?: number | undefined;
}): JSX.Element {
  return (
    <div class="skeleton" role="status">
      <span class="hidden-words">Loading</span>
      {Array.from({ length: rows }, (_, row) => (
        <div class="skeleton-row" key={row} style={{ height: `${tall}px` }} aria-hidden="true" />
      ))}
    </div>
  );
}

/** Nothing is there, and the command that makes it. */
export function Empty({
  title,
  children,
  command,
  commands = command === undefined ? [] : [command],
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
  readonly command?: string | undefined;
  readonly commands?: readonly string[] | undefined;
}): JSX.Element {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children !== undefined && <p class="soft">{children}</p>}
      {commands.map((each) => (
        <p key={each}>
          <code class="command">{each}</code>
        </p>
      ))}
    </div>
  );
}

export function Failed({ refusal }: { readonly refusal: Refusal }): JSX.Element {
  const { status, message, todo } = refusal;
  if (wantsKey(status, accessKey.value)) return <KeyForm refusal={refusal} />;
  return (
    <div class="empty failed" role="alert">
      <h2>{status === 404 ? "Not found" : "No answer"}</h2>
      <p class="soft">{message}</p>
      {todo !== undefined && <p class="soft">{todo}</p>}
    </div>
  );
}

/** One of the three, around what shows the answer. */
export function Shown<T>({
  answer,
  waiting,
  missing,
  children,
}: {
  readonly answer: Answer<T>;
  readonly waiting: ComponentChildren;
  /** In place of the error where the server has no such thing. */
  readonly missing?: ComponentChildren;
  readonly children: (value: T, isOld: boolean) => ComponentChildren;
}): JSX.Element {
  if (answer.kind === "waiting") return <>{waiting}</>;
  if (answer.kind === "here") {
    return (
      <>
        {answer.missed !== undefined && <Missed refusal={answer.missed} />}
        {children(answer.value, answer.isOld)}
      </>
    );
  }
  if (isMissing(answer.refusal.status) && missing !== undefined) return <>{missing}</>;
  return <Failed refusal={answer.refusal} />;
}

/** Above an answer that could not be renewed. */
function Missed({ refusal }: { readonly refusal: Refusal }): JSX.Element {
  const { status, message, todo } = refusal;
  if (wantsKey(status, accessKey.value)) return <KeyForm refusal={refusal} />;
  return (
    <p class="note warn" role="status">
      What stands here may be old. {message} {todo}
    </p>
  );
}

/** Not there, or not with this run. */
const isMissing = (status: number): boolean => status === 404 || status === 409;
