// MCP over standard input and output, for a client that starts this process. Stdout belongs to the protocol.
import type { Report } from "../base/progress.ts";
import type { RunDesk } from "./desk.ts";
import { loadSdk, loadSdkStdio } from "./sdk.ts";
import { makeServer } from "./server.ts";

/** Until the client closes standard input, or `signal` fires. */
export async function serveStdio(desk: RunDesk, report: Report, signal: AbortSignal | undefined): Promise<void> {
  const [sdk, { serveStdio: serve }] = await Promise.all([loadSdk(), loadSdkStdio()]);
  const onerror = (error: Error) => report({ kind: "warning", message: error.message });
  const handle = serve(() => makeServer(sdk, desk, report), { onerror });
  await untilClosed(signal);
  await handle.close();
}

function untilClosed(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => resolve();
    if (signal?.aborted || process.stdin.destroyed) return done();
    for (const event of ["end", "close", "error"]) process.stdin.once(event, done);
    signal?.addEventListener("abort", done, { once: true });
  });
}
