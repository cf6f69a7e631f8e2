// Helpers for the time of a training: listens for them, and starts those of this machine.
import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { OperationError } from "../../base/errors.ts";
import { ownProgram } from "../../base/own-program.ts";
import { type Report, silent } from "../../base/progress.ts";
import { reasonOf } from "../../base/system-errors.ts";
import { Crew } from "../../recommenders/generative/index.ts";
import { helperAddress, helperToken, TOKEN_VARIABLE } from "./address.ts";

export interface CrewRequest {
  /** Processes of this machine. */
  readonly helpers: number;
  /** Where those of others may join. */
  readonly helpersAt?: string | undefined;
  /** Of each process here. */
  readonly threads?: number | undefined;
  readonly report?: Report | undefined;
}

const LOOPBACK = "127.0.0.1";
const PROGRAM = ownProgram("pipeline/helpers/helper-process");

/**
 * `work` with a crew, which ends with it; with none where nobody was asked for.
 * @throws UsageError for an address that is none, or without a token for others; OperationError where nobody may
 * listen there.
 */
export async function withCrew<T>(request: CrewRequest, work: (crew: Crew | undefined) => Promise<T>): Promise<T> {
  const { helpers, helpersAt, report = silent } = request;
  if (helpers === 0 && helpersAt === undefined) return work(undefined);
  const isOpen = helpersAt !== undefined;
  const { host, port } = isOpen ? helperAddress(helpersAt) : { host: LOOPBACK, port: 0 };
  const token = isOpen ? helperToken() : randomBytes(16).toString("hex");
  const crew = await Crew.listen({ host, port, token, report }).catch((cause: unknown) => {
    throw new OperationError(`${host}:${port}: cannot listen for helpers (${reasonOf(cause)}).`, { cause });
  });
  // Whoever listens at all addresses is reached by the loopback, too.
  const to = isOpen && host !== "0.0.0.0" && host !== "::" ? host : LOOPBACK;
  const place = { address: `${to}:${crew.port}`, token, threads: request.threads };
  let isOver = false;
  const lost = (why: string) => {
    if (!isOver) report({ kind: "warning", message: `a helper process ${why}; the training goes on without it.` });
  };
  const children = Array.from({ length: helpers }, () => start(place, lost));
  try {
    return await work(crew);
  } finally {
    isOver = true;
    await crew.close();
    for (const child of children) child.kill();
  }
}

interface Place {
  readonly address: string;
  readonly token: string;
  readonly threads: number | undefined;
}

function start({ address, token, threads }: Place, lost: (why: string) => void): ChildProcess {
  const child = fork(PROGRAM.path, [address, ...(threads === undefined ? [] : [String(threads)])], {
    execArgv: [...PROGRAM.execArgv],
    env: { ...process.env, [TOKEN_VARIABLE]: token },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  let lastWords = "";
  child.on("message", (words) => {
    lastWords = ` (${words})`;
  });
  // One that runs goes on, or its exit is heard of.
  child.on("error", (error) => {
    if (child.pid === undefined) lost(`could not be started (${reasonOf(error)})`);
  });
  child.once("exit", (code, killer) => {
    if (code !== 0) lost(`ended by ${killer ?? `code ${code}`}${lastWords}`);
  });
  return child;
}
