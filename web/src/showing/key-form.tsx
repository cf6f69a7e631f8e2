// Where the server wants to know who asks.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { rememberKey } from "../asking/access-key.ts";
import type { Refusal } from "../asking/server.ts";

export function KeyForm({ refusal }: { readonly refusal: Refusal }): JSX.Element {
  const [key, setKey] = useState("");
  const take = (event: Event) => {
    event.preventDefault();
    rememberKey(key.trim());
  };
  return (
    <form class="empty" onSubmit={take}>
      <h2>{refusal.status === 401 ? "This server asks for a key" : "This key does not open this page"}</h2>
      <p class="soft">{refusal.message}</p>
      <label class="field">
        <span>Access key</span>
        <input type="password" autocomplete="off" value={key} onInput={(event) => setKey(event.currentTarget.value)} />
      </label>
      <button class="button" type="submit">
        Open
      </button>
    </form>
  );
}
