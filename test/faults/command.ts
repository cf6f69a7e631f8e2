// The built command line as a real process.
import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { broken, type Verdict } from "./verdict.ts";

export const BUILT = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** No trial takes so long; a process that does is killed and called stuck. */
const STUCK_MS = 90_000;

export interface Ended {
  /** null when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface Surroundings {
  readonly cwd: string;
  readonly uid?: number | undefined;
  readonly stdio?: StdioOptions | undefined;
  /** More of the environment. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** Start `program` in a home of no one's, so that nothing of the user's own settings counts. */
export function start(program: string, words: readonly string[], { cwd, uid, stdio, env }: Surroundings): Running {
  const began = performance.now();
  const child = spawn(program, words, {
    cwd,
    env: { PATH: process.env.PATH, HOME: cwd, ISRF: `${process.execPath} ${BUILT}`, OMP_NUM_THREADS: "1", ...env },
    stdio: stdio ?? ["ignore", "pipe", "pipe"],
    ...(uid !== undefined && { uid, gid: uid }),
  });
  const texts = { stdout: "", stderr: "" };
  child.stdout?.on("data", (chunk: Buffer) => (texts.stdout += chunk));
  child.stderr?.on("data", (chunk: Buffer) => (texts.stderr += chunk));
  const stuck = setTimeout(() => child.kill("SIGKILL"), STUCK_MS);
  const ended = once(child, "close").then(([code, signal]): Ended => {
    clearTimeout(stuck);
    return { code, signal, ...texts, seconds: (performance.now() - began) / 1000 };
  });
  return { child, ended };
}

/** What no command may ever do, whatever was done to it; undefined when it behaved. */
export function misbehaviour({ code, signal, stderr }: Ended): Verdict | undefined {
  if (code === null) return broken(`ended by ${signal}: ${lastWords(stderr)}`);
  if (code >= 128 && ![130, 141, 143].includes(code)) return broken(`exit code ${code}: ${lastWords(stderr)}`);
  if (/^\s+at .+:\d+:\d+\)?$/m.test(stderr)) return broken(`a stack trace: ${lastWords(stderr)}`);
  if (/panicked at|error was suppressed|MaxListeners/.test(stderr)) return broken(`raw words: ${lastWords(stderr)}`);
  return undefined;
}

/** The error that a command ended with, or the last line that it wrote. */
export function lastWords(text: string): string {
  const from = Math.max(text.lastIndexOf("error: "), 0);
  const words = from > 0 || text.startsWith("error: ") ? text.slice(from) : (text.trim().split("\n").at(-1) ?? "");
  return JSON.stringify(words.trim().slice(0, 400));
}
