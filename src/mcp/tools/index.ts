// The table of tools, in the order in which clients list them.
import type { AgentTool } from "../tool.ts";
import { explainTool } from "./explain.ts";
import { getItemTool } from "./get-item.ts";
import { getUserTool } from "./get-user.ts";
import { recommendTool } from "./recommend.ts";
import { recordEventTool } from "./record-event.ts";
import { searchItemsTool } from "./search-items.ts";
import { similarItemsTool } from "./similar-items.ts";

const READING: readonly AgentTool[] = [
  recommendTool,
  explainTool,
  similarItemsTool,
  searchItemsTool,
  getUserTool,
  getItemTool,
];

/** `takesEvents`: beside those that read, the one that writes. */
export function toolsFor(takesEvents: boolean): readonly AgentTool[] {
  return takesEvents ? [...READING, recordEventTool] : READING;
}
