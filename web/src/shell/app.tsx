// Which page belongs to which address. Pages that few open are loaded when they are asked for.
import type { JSX } from "preact";
import { Route, Switch } from "wouter-preact";
import { GroupPage } from "../pages/groups/group-page.tsx";
import { GroupsPage } from "../pages/groups/groups-page.tsx";
import { HomePage } from "../pages/home/home-page.tsx";
import { ItemDetailsPage } from "../pages/item/item-page.tsx";
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
