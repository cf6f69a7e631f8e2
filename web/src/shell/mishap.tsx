// A page that fails while it is drawn says so; the ways to other pages stay.
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useErrorBoundary } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { Page } from "../showing/page.tsx";
import { Empty } from "../showing/states.tsx";

export function Mishap({ children }: { readonly children: ComponentChildren }): JSX.Element {
  // The console has its stack, as of any error that nobody caught.
  const [error, forget] = useErrorBoundary((thrown: unknown) => reportError(thrown));
  const [path] = useLocation();
  useEffect(forget, [path]);
  if (error === undefined) return <>{children}</>;
  return (
    <Page title="This page failed">
      <Empty title="It could not be drawn">
        {error instanceof Error ? error.message : String(error)}. Load it again; if that does not help, look whether the
        server and this page are of one version.
      </Empty>
    </Page>
  );
}
