// `isrf mcp`: opens a run and answers agents about it, until they go away.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { UsageError } from "../base/errors.ts";
import { type Report, silent } from "../base/progress.ts";
import { type Given, settingsOf } from "../base/settings.ts";
import { tellStaleness } from "../runs/later-version.ts";
import { HISTORY_KINDS, openStore, UserEvents } from "../server/events/index.ts";
import { RunDesk } from "./desk.ts";
import { type HttpPlace, serveHttp } from "./http.ts";
import { agentSettings } from "./settings.ts";
import { serveStdio } from "./stdio.ts";

export interface ServeAgentsOptions extends Given<typeof agentSettings> {
  readonly report?: Report | undefined;
  /** Stops serving. */
  readonly signal?: AbortSignal | undefined;
  /** Hears where the HTTP server listens, once it does. */
  readonly listening?: ((url: string) => void) | undefined;
}

/** Addresses that nobody outside this machine reaches. */
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

/**
 * Serve the run of `directory` by the Model Context Protocol.
 * @throws UsageError for an open address without a token; OperationError without the SDK; and as `openRun`.
 */
export async function serveAgents(directory: string, options: ServeAgentsOptions = {}): Promise<void> {
  const { report = silent } = options;
  const {
    http,
    port,
    host,
    clientHost = [],
    tokenFile,
    allowEvents,
    store,
    dataset,
    ...place
  } = settingsOf("mcp", agentSettings, options);
  const token = tokenFile === undefined ? undefined : await tokenIn(tokenFile);
  if (http && token === undefined && !LOOPBACK.test(host)) {
    throw new UsageError(
      `--host ${host}: others could ask this run and read its users' histories. Add --token-file, or leave --host out.`,
    );
  }
  const kept = allowEvents ? await openStore(store, report) : undefined;
  try {
    // Whole, so that refusals can be told without them: a name such as "run" stands in other words, too.
    const places = { ...place, dataset: dataset && resolve(dataset) };
    const desk = await RunDesk.open(resolve(directory), places, report, kept && new UserEvents(kept, HISTORY_KINDS));
    const at = http ? { host, port, clientHosts: clientHost, token } : undefined;
    await serveDesk(desk, at, options).finally(() => desk.dispose());
  } finally {
    await kept?.close();
  }
}

/** Over HTTP at a place, else over standard input and output. */
async function serveDesk(
  desk: RunDesk,
  at: HttpPlace | undefined,
  { report = silent, signal, listening }: ServeAgentsOptions,
): Promise<void> {
  tellStaleness(desk.run, report);
  if (at === undefined) return serveStdio(desk, report, signal);
  const told = listening ?? ((url: string) => report({ kind: "notice", message: `MCP at ${url}` }));
  return serveHttp(desk, at, report, signal, told);
}

/** The shortest token that is taken: 16 random characters are not guessed. */
const SHORTEST = 16;

async function tokenIn(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new UsageError(`--token-file ${file}: cannot be read. Name a file whose first line is a token.`, { cause });
  });
  const token = text.split(/\r?\n/, 1)[0]!.trim();
  if (token.length >= SHORTEST) return token;
  throw new UsageError(
    `--token-file ${file}: found ${token.length} characters in the first line, expected a token of ${SHORTEST} or more. Make one: openssl rand -hex 32 > ${file}.`,
  );
}
