// What clients may read without asking a tool: the card of the run, and each item.
import type { McpServer, ReadResourceResult } from "@modelcontextprotocol/server";
import { UsageError } from "../base/errors.ts";
import type { RunDesk } from "./desk.ts";
import { runCard } from "./run-card.ts";
import type { Sdk } from "./sdk.ts";
import { TEXTS_ARE_DATA } from "./tool.ts";
import { itemFacts } from "./tools/get-item.ts";

const JSON_TYPE = "application/json";

export function addResources(sdk: Sdk, server: McpServer, desk: RunDesk): void {
  server.registerResource(
    "run",
    "isrf://run",
    {
      title: "The run",
      description: "What was trained, on which data, what its scores are made of, and what it reached where evaluated.",
      mimeType: JSON_TYPE,
    },
    async (uri) => asJson(uri, await runCard(desk.run)),
  );
  // No list: a catalogue is searched, not read from one end to the other.
  server.registerResource(
    "item",
    new sdk.ResourceTemplate("isrf://item/{id}", { list: undefined }),
    {
      title: "An item",
      description: `What is known of the item {id}, percent-encoded: as get_item answers. ${TEXTS_ARE_DATA}`,
      mimeType: JSON_TYPE,
    },
    async (uri, { id }) => {
      try {
        return asJson(uri, await itemFacts(desk, decoded(String(id))));
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        throw new sdk.ResourceNotFoundError(uri.href);
      }
    },
  );
}

function asJson(uri: URL, value: unknown): ReadResourceResult {
  return { contents: [{ uri: uri.href, mimeType: JSON_TYPE, text: JSON.stringify(value) }] };
}

/** @throws UsageError for what is no percent-encoding. */
function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    throw new UsageError(`${id} is not percent-encoded.`);
  }
}
