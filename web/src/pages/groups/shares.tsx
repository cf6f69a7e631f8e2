// What a group has more often than everybody: a bar for the group, a line for all.
import type { ComponentChildren, JSX } from "preact";
import type { Segment } from "../../../../src/client/index.ts";
import { percent } from "../../showing/numbers.ts";

export function Shares({ shares }: { readonly shares: Segment["shares"] }): JSX.Element {
  const most = Math.max(0.01, ...shares.map(({ share, shareOfAll }) => Math.max(share, shareOfAll)));
  return (
    <ul class="shares">
      {shares.map(({ what, share, shareOfAll }) => (
        <li key={what}>
          <ShareRow name={what} share={share} shareOfAll={shareOfAll} most={most} />
        </li>
      ))}
    </ul>
  );
}

export function ShareRow({
  name,
  share,
  shareOfAll,
  most,
}: {
  readonly name: ComponentChildren;
  readonly share: number;
  readonly shareOfAll: number;
  readonly most: number;
}): JSX.Element {
  return (
    <div class="share">
      <span class="one-line">{name}</span>
      <span class="numbers small">
        {percent(share)} <span class="faint">of all {percent(shareOfAll)}</span>
      </span>
      <span class="share-track" aria-hidden="true">
        <span class="share-bar" style={{ width: `${(share / most) * 100}%` }} />
        <span class="share-all" style={{ left: `${(shareOfAll / most) * 100}%` }} />
      </span>
    </div>
  );
}
