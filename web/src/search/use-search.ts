// Items and users that fit what is being typed.
import { useEffect, useState } from "preact/hooks";
import { withQuery } from "../asking/http.ts";
import { type Answer, useGet } from "../asking/use-answer.ts";
import type { ItemPage, UserPage } from "../contract.ts";

/** Between two keys of somebody who types. */
const PAUSE_MS = 110;

/** `words` once they have stood for a moment. */
export function useSettled(words: string): string {
  const [settled, setSettled] = useState(words);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(words), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [words]);
  return settled;
}

export function useItemSearch(words: string, limit: number): Answer<ItemPage> {
  const asked = words.trim();
  return useGet<ItemPage>(asked === "" ? undefined : withQuery("/v1/items", { q: asked, limit }));
}

export function useUserSearch(words: string, limit: number): Answer<UserPage> {
  const asked = words.trim();
  return useGet<UserPage>(asked === "" ? undefined : withQuery("/v1/users", { q: asked, limit }));
}
