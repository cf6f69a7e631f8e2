// Items and users that fit what is being typed.
import { useEffect, useState } from "preact/hooks";
import type { Answer } from "../asking/answer.ts";
import type { ReplyOf } from "../asking/server.ts";
import { useAnswer } from "../asking/use-answer.ts";

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

export function useItemSearch(words: string, limit: number): Answer<ReplyOf<"items">> {
  return useAnswer("items", wanted(words, limit));
}

export function useUserSearch(words: string, limit: number): Answer<ReplyOf<"users">> {
  return useAnswer("users", wanted(words, limit));
}

function wanted(words: string, limit: number): { readonly q: string; readonly limit: number } | undefined {
  const q = words.trim();
  return q === "" ? undefined : { q, limit };
}
