// The address of the page as the browser has it. The router decodes addresses as a whole: what is a sign of an id is lost
// ("%252F" becomes "%2F", and then a slash), and what it hands out must not be written back.
import { useSearch } from "wouter-preact";

/** Renders anew when the query changes. */
export function useQuery(): URLSearchParams {
  useSearch();
  return new URLSearchParams(location.search);
}

/** What a path names, as in "/items/ID"; signs that stand for nothing, as they were typed: "50%" is "50%". */
export function namedIn(pathname: string): string {
  const words = pathname.split("/").slice(2).join("/");
  try {
    return decodeURIComponent(words);
  } catch {
    return words;
  }
}

/** The same page with another query. */
export function withQuery(pathname: string, pairs: readonly (readonly [string, string])[]): string {
  const query = new URLSearchParams(pairs.map(([name, value]) => [name, value]));
  return query.size === 0 ? pathname : `${pathname}?${query}`;
}
