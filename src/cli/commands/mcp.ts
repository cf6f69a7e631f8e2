import { agentSettings } from "../../mcp/settings.ts";
import { refuseUnread } from "../beside.ts";
import { type CommandOutput, defineCommand, exact } from "../command.ts";

export const mcpCommand = defineCommand({
  path: ["mcp"],
  summary: "let agents ask a run, by the Model Context Protocol",
  description:
    "Tools: recommend, explain, similar_items, search_items, get_user, get_item; resources: the run's card, and each item. All of them read, and change nothing; --allow-events adds record_event. Speaks over standard input and output to a client that starts it, or with --http to several at http://127.0.0.1:8090/mcp.\n\n" +
    'A client that starts it itself (Claude Desktop, Cursor, VS Code and others) takes: {"mcpServers": {"shop": {"command": "npx", "args": ["isrf", "mcp", "/path/to/run"]}}}. Needs the optional package @modelcontextprotocol/server, which npm installs by itself.',
  examples: [
    "isrf mcp run",
    "isrf mcp run --allow-events --store isrf-store",
    "isrf mcp run --http --port 8090",
    "isrf mcp run --http --host 0.0.0.0 --token-file token.txt",
  ],
  arguments: [{ name: "run", description: "run directory", required: true }],
  options: agentSettings,
  async run({ arguments: { run }, options }, context): Promise<CommandOutput> {
    const { http, allowEvents } = options;
    refuseUnread(context, [
      { flag: "--http", isGiven: http, options: ["port", "host", "clientHost", "tokenFile"] },
      { flag: "--allow-events", isGiven: allowEvents, options: ["store"] },
    ]);
    const { report, signal } = context;
    const { serveAgents } = await import("../../mcp/index.ts");
    await serveAgents(run, exact({ ...options, report, signal }));
    return { json: undefined, text: "", isSpoken: true };
  },
});
