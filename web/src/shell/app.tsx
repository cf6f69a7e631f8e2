// Which page belongs to which address.
import type { JSX } from "preact";
import { Route, Switch } from "wouter-preact";
import { ComparePage } from "../pages/compare/compare-page.tsx";
import { GroupPage } from "../pages/groups/group-page.tsx";
import { GroupsPage } from "../pages/groups/groups-page.tsx";
import { HomePage } from "../pages/home/home-page.tsx";
import { ItemDetailsPage } from "../pages/item/item-page.tsx";
import { AuditPage } from "../pages/projects/audit-page.tsx";
import { DataPage } from "../pages/projects/data-page.tsx";
import { ReasoningPage } from "../pages/projects/reasoning-page.tsx";
import { StudiesPage } from "../pages/projects/studies-page.tsx";
import { StudyPage } from "../pages/projects/study-page.tsx";
import { RunPage } from "../pages/runs/run-page.tsx";
import { RunsPage } from "../pages/runs/runs-page.tsx";
import { UserDetailsPage } from "../pages/user/user-page.tsx";
import { SearchDialog } from "../search/search-dialog.tsx";
import { Page } from "../showing/page.tsx";
import { Empty } from "../showing/states.tsx";
import { useKeys } from "./keys.ts";
import { Navigation } from "./navigation.tsx";

export function App(): JSX.Element {
  useKeys();
  return (
    <div class="frame">
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <Navigation />
      <Switch>
        <Route path="/">
          <HomePage />
        </Route>
        <Route path="/users/*">{(found) => <UserDetailsPage key={found["*"]} id={found["*"] ?? ""} />}</Route>
        <Route path="/items/*">{(found) => <ItemDetailsPage key={found["*"]} id={found["*"] ?? ""} />}</Route>
        <Route path="/groups">
          <GroupsPage />
        </Route>
        <Route path="/groups/*">{(found) => <GroupPage key={found["*"]} id={found["*"] ?? ""} />}</Route>
        <Route path="/compare">
          <ComparePage />
        </Route>
        <Route path="/runs">
          <RunsPage />
        </Route>
        <Route path="/runs/*">{(found) => <RunPage key={found["*"]} name={found["*"] ?? ""} />}</Route>
        <Route path="/studies">
          <StudiesPage />
        </Route>
        <Route path="/studies/*">{(found) => <StudyPage key={found["*"]} name={found["*"] ?? ""} />}</Route>
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
      <SearchDialog />
    </div>
  );
}
