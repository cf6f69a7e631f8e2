// Where the server wants to know who asks.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { rememberKey } from "../asking/access-key.ts";
import type { AskError } from "../asking/http.ts";

export function KeyForm({ error }: { readonly error: AskError }): JSX.Element {
  const [key, setKey] = useState("");
  const take = (event: Event) => {
    event.preventDefault();
    rememberKey(key.trim());
  };
  return (
    <form class="empty" onSubmit={take}>
      <h2>{error.status === 401 ? "This server asks for a key" : "This key does not open this page"}</h2>
      <p class="soft">{error.message}</p>
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
