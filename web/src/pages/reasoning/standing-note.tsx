// Whether vectors and model know the texts as they stand, and the commands that make them.
import type { JSX } from "preact";
import type { Chains } from "../../../../src/client/index.ts";
import { counted } from "../../showing/numbers.ts";

export function StandingNote({ standing }: { readonly standing: Chains["standing"] }): JSX.Element | null {
  const { isFixed, stale, todo } = standing;
  if (isFixed !== undefined) return <p class="note soft">Texts cannot be changed here: {isFixed}</p>;
  if (todo.length === 0) return null;
  return (
    <div class="note warn" role="status">
      <p>
        {stale > 0
          ? `${counted(stale, "text")} changed since the vectors were made from them. Recommendations know the words of before until you run:`
          : "The vectors are those of the texts as they stand; the model was trained by the ones of before. Until you run this, it answers by them:"}
      </p>
      {todo.map((command) => (
        <p key={command}>
          <code class="command">{command}</code>
        </p>
      ))}
    </div>
  );
}
