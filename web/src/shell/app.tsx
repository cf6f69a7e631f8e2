// Which page belongs to which address.
import type { JSX } from "preact";
import { type AroundNavHandler, Route, Router, Switch } from "wouter-preact";
import { namedIn } from "../asking/address-bar.ts";
import { ComparePage } from "../pages/compare/compare-page.tsx";
import { GroupPage } from "../pages/groups/group-page.tsx";
import { GroupsPage } from "../pages/groups/groups-page.tsx";
import { HomePage } from "../pages/home/home-page.tsx";
import { InBrowserPage } from "../pages/in-browser/in-browser-page.tsx";
import { ItemDetailsPage } from "../pages/item/item-page.tsx";
import { AuditPage } from "../pages/projects/audit-page.tsx";
import { DataPage } from "../pages/projects/data-page.tsx";
import { StudiesPage } from "../pages/projects/studies-page.tsx";
import { StudyPage } from "../pages/projects/study-page.tsx";
import { ReasoningPage } from "../pages/reasoning/reasoning-page.tsx";
import { RunPage } from "../pages/runs/run-page.tsx";
import { RunsPage } from "../pages/runs/runs-page.tsx";
import { UserDetailsPage } from "../pages/user/user-page.tsx";
import { SearchDialog } from "../search/search-dialog.tsx";
import { Page } from "../showing/page.tsx";
import { Empty } from "../showing/states.tsx";
import { useKeys } from "./keys.ts";
import { Mishap } from "./mishap.tsx";
import { Navigation } from "./navigation.tsx";
import { needsDocument } from "./own-documents.ts";

const named = (): string => namedIn(location.pathname);

const go: AroundNavHandler = (navigate, to, options) => {
  if (needsDocument(location.pathname, to)) location.assign(to);
  else navigate(to, options);
};

export function App(): JSX.Element {
  useKeys();
  return (
    <Router aroundNav={go}>
      <div class="frame">
        <a class="skip" href="#content">
          Skip to the content
        </a>
        <Navigation />
        <Mishap>
          <Switch>
            <Route path="/">
              <HomePage />
            </Route>
            <Route path="/users/*">{() => <UserDetailsPage key={named()} id={named()} />}</Route>
            <Route path="/items/*">{() => <ItemDetailsPage key={named()} id={named()} />}</Route>
            <Route path="/groups">
              <GroupsPage />
            </Route>
            <Route path="/groups/*">{() => <GroupPage key={named()} id={named()} />}</Route>
            <Route path="/compare">
              <ComparePage />
            </Route>
            <Route path="/runs">
              <RunsPage />
            </Route>
            <Route path="/runs/*">{() => <RunPage key={named()} name={named()} />}</Route>
            <Route path="/in-the-browser">
              <InBrowserPage />
            </Route>
            <Route path="/studies">
              <StudiesPage />
            </Route>
            <Route path="/studies/*">{() => <StudyPage key={named()} name={named()} />}</Route>
            <Route path="/audit">
              <AuditPage />
            </Route>
            <Route path="/reasoning">
              <ReasoningPage />
            </Route>
            <Route path="/data">
              <DataPage />
            </Route>
            <Route>
              <Page title="Nothing here">
                <Empty title="No page has this address">Search with the key /, or go to the overview.</Empty>
              </Page>
            </Route>
          </Switch>
        </Mishap>
        <SearchDialog />
      </div>
    </Router>
  );
}
