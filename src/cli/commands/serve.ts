import { isatty } from "node:tty";
import type { RunningServer } from "../../server/serve.ts";
import { serveSettings } from "../../server/settings.ts";
import { defineCommand, exact } from "../command.ts";

export const serveCommand = defineCommand({
  path: ["serve"],
  summary: "answer over HTTP: recommendations with reasons, events, an explorer",
  description:
    "Opens runs and answers until it is stopped (Ctrl+C, SIGTERM, or, without --keys, the end of its terminal): requests in hand finish first. The first run is the default one; --split shares users among several. What people did is kept in --store and known to the next answer. The API: /docs, /openapi.json; docs/serving.md shows the way behind a shop.",
  examples: [
    "isrf serve run",
    "isrf serve run --port 8080 --keys keys.txt --host 0.0.0.0",
    "isrf serve A B --split A=80,B=20",
  ],
  arguments: [{ name: "runs", description: "run directories", required: true, variadic: true }],
  options: serveSettings,
  async run({ arguments: { runs }, options }, { report, signal }) {
    const { serve } = await import("../../server/serve.ts");
    const hungUp = new AbortController();
    let server: RunningServer | undefined;
    const reload = () =>
      void server?.reloadKeys().then(
        (count) => report({ kind: "notice", message: `Read ${count} API keys again.` }),
        (error: Error) => report({ kind: "warning", message: `The old API keys go on: ${error.message}` }),
      );
    const heard = onHangup(options.keys !== undefined, reload, () => hungUp.abort());
    // Heard before the server says that it listens: without a listener the signal would end the process.
    process.on("SIGHUP", heard);
    try {
      server = await serve(exact({ ...options, runs, report }));
      report({ kind: "notice", message: `Listening on ${server.url}` });
      await untilAborted(AbortSignal.any([signal, hungUp.signal]));
      await server.stop();
      return { json: { stopped: true, url: server.url }, text: "Stopped." };
    } finally {
      process.off("SIGHUP", heard);
    }
  },
});

/** What SIGHUP asks for: keys are read again; without any to read, a terminal that is gone takes the server along. */
function onHangup(hasKeys: boolean, reload: () => void, stop: () => void): () => void {
  if (hasKeys) return reload;
  // Whoever began it without a terminal, as by nohup, wants it to stay.
  const hasTerminal = [0, 1, 2].some((stream) => isatty(stream));
  return hasTerminal ? stop : () => {};
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
}
