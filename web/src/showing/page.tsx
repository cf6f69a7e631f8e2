// The frame of a page: its heading, its name in the tab, and where the focus goes when one comes to it.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

export interface PageProps {
  /** In the tab, and the heading where none is given. */
  readonly title: string;
  readonly heading?: ComponentChildren;
  /** A few words above the heading. */
  readonly kind?: ComponentChildren;
  /** Beneath the heading. */
  readonly about?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** False until the first page has been shown: who opens the explorer is not thrown into its heading. */
let hasMoved = false;

export function Page({ title, heading = title, kind, about, children }: PageProps): JSX.Element {
  const top = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · isrf explorer`;
  }, [title]);
  useEffect(() => {
    if (hasMoved) top.current?.focus({ preventScroll: true });
    hasMoved = true;
  }, []);
  return (
    <main id="content" class="page" tabIndex={-1}>
      <header class="page-head">
        {kind !== undefined && <p class="kind">{kind}</p>}
        <h1 ref={top} tabIndex={-1}>
          {heading}
        </h1>
        {about !== undefined && <div class="about soft">{about}</div>}
      </header>
      {children}
    </main>
  );
}

export function Section({
  title,
  note,
  beside,
  children,
  name,
}: {
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly beside?: ComponentChildren;
  readonly children: ComponentChildren;
  /** Names the section for links, and for those who find their way by headings. */
  readonly name: string;
}): JSX.Element {
  return (
    <section class="section" id={name} aria-labelledby={`${name}-title`}>
      <div class="section-head">
        <div>
          <h2 id={`${name}-title`}>{title}</h2>
          {note !== undefined && <p class="soft small">{note}</p>}
        </div>
        {beside}
      </div>
      {children}
    </section>
  );
}
