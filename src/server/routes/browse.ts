// Users, groups of them, and what lies beside the runs.
import { askChain, chainsOf, changeChain } from "../browsing/chains.ts";
import { pageOf } from "../browsing/paging.ts";
import { auditOf, datasetOf, projectsBeside, studyNamed } from "../browsing/projects.ts";
import { membersOf, segmentsOf } from "../browsing/segments.ts";
import { entriesOf, searchUsers, userPage } from "../browsing/users.ts";
import type { Services } from "../services.ts";
import type { Handlers } from "./handler.ts";

export function browseHandlers({
  runs,
  users,
  asking,
}: Services): Handlers<
  | "users"
  | "user"
  | "segments"
  | "segment"
  | "projects"
  | "study"
  | "audit"
  | "chains"
  | "editChain"
  | "askChain"
  | "dataset"
> {
  const runOf = (name: string | undefined) => runs.choose(name, "");
  return {
    users: ({ run, ...asked }) =>
      runOf(run).use(async (served) => {
        const { entries, ...page } = await searchUsers(served, asked);
        return { users: [...entries], ...page };
      }),
    user: ({ id, run }) => runs.choose(run, id).use((served) => userPage(served, users, id)),
    segments: ({ run }) =>
      runOf(run).use(async (served) => {
        const { segments, links, by, note } = await segmentsOf(served);
        return { segments, links, by, note };
      }),
    segment: ({ id, run, ...page }) =>
      runOf(run).use(async (served) => {
        const members = await membersOf(served, id);
        const { segments } = await segmentsOf(served);
        const { entries, ...rest } = entriesOf(served, pageOf(members, page));
        return { segment: segments.find((segment) => segment.id === id)!, users: [...entries], ...rest };
      }),
    projects: () => projectsBeside(runs.all),
    study: ({ name }) => studyNamed(runs.all, name),
    audit: ({ run }) => auditOf(runs.named(run)),
    chains: ({ run, ...asked }) => runOf(run).use((served) => chainsOf(served, asking, asked)),
    editChain: ({ run, ...edit }) => runOf(run).use((served) => changeChain(served, asking, edit)),
    askChain: ({ run, ...question }) => runOf(run).use((served) => askChain(served, asking, question)),
    dataset: ({ run }) => datasetOf(runOf(run)),
  };
}
