// Who is asked side by side: runs, each with or without some terms. It stands in the address.
import { useLocation } from "wouter-preact";
import { useQuery, withQuery } from "../../asking/address-bar.ts";

export interface Column {
  /** Empty: the server's own choice. */
  readonly run: string;
  /** A term that stays silent; empty: all speak. */
  readonly without: string;
}

export const MOST = 4;
const BETWEEN = "~";

export interface Comparison {
  readonly user: string | undefined;
  readonly columns: readonly Column[];
  readonly setUser: (id: string) => void;
  readonly setColumns: (columns: readonly Column[]) => void;
}

export function useComparison(usual: readonly Column[]): Comparison {
  const query = useQuery();
  const [, navigate] = useLocation();
  const user = query.get("user") ?? undefined;
  const given = query.getAll("column").map(readColumn).slice(0, MOST);
  const columns = given.length === 0 ? usual : given;
  const write = (id: string | undefined, next: readonly Column[]) => {
    const user = id === undefined ? [] : [["user", id] as const];
    const pairs = [...user, ...next.map((one) => ["column", columnWords(one)] as const)];
    navigate(withQuery(location.pathname, pairs), { replace: true });
  };
  return { user, columns, setUser: (id) => write(id, columns), setColumns: (next) => write(user, next) };
}

/** A term's name holds no "~"; a run's may. */
function readColumn(words: string): Column {
  const at = words.lastIndexOf(BETWEEN);
  return at < 0 ? { run: words, without: "" } : { run: words.slice(0, at), without: words.slice(at + 1) };
}

function columnWords({ run, without }: Column): string {
  return `${run}${BETWEEN}${without}`;
}
