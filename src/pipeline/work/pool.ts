// Worker processes on this machine: as many as asked for, begun anew when one dies.
import { type ChildProcess, fork } from "node:child_process";
import { OperationError } from "../../base/errors.ts";
import { ownProgram } from "../../base/own-program.ts";
import { type Report, silent } from "../../base/progress.ts";
import { reasonOf } from "../../base/system-errors.ts";
import type { FromWorker, PoolPlace, ToWorker } from "./messages.ts";

export interface PoolOptions extends PoolPlace {
  readonly workers: number;
  readonly report?: Report | undefined;
}

const PROGRAM = ownProgram("pipeline/work/worker-process");

/** So often in a row a process of each worker may end, without a job done between, before the pool gives up. */
const DEATHS = 2;
/** Given to a worker to finish or give back its job. */
const STOP_MS = 20_000;

export class Pool {
  /** Rejects when the processes cannot stay alive. */
  readonly failure: Promise<never>;
  private readonly options: PoolOptions;
  private readonly children = new Set<ChildProcess>();
  private fail: (error: Error) => void = () => {};
  private deaths = 0;
  private lastWords = "";
  private isStopping = false;

  constructor(options: PoolOptions) {
    this.options = options;
    this.failure = new Promise<never>((_, reject) => {
      this.fail = reject;
    });
    // Whoever waits hears of it; without one it is no crash.
    this.failure.catch(() => {});
    for (let worker = 0; worker < options.workers; worker++) this.start();
  }

  /** Process numbers of the living. */
  get pids(): readonly number[] {
    return [...this.children].flatMap(({ pid }) => pid ?? []);
  }

  /** Something got done: deaths before it do not count. */
  noteSuccess(): void {
    this.deaths = 0;
  }

  /** Workers finish or give back what they have; who takes too long is killed. */
  async stop(): Promise<void> {
    this.isStopping = true;
    await Promise.all(
      [...this.children].map(async (child) => {
        const ended = new Promise((resolve) => child.once("exit", resolve));
        this.tell(child, { kind: "stop" });
        const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
        await ended;
        clearTimeout(timer);
      }),
    );
  }

  private start(): void {
    const child = fork(PROGRAM.path, [], {
      execArgv: [...PROGRAM.execArgv],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.children.add(child);
    const { report = silent, workers: _, ...place } = this.options;
    child.on("message", (message: FromWorker) => {
      if (message.kind === "failed") this.lastWords = message.message;
      // Progress is the coordinator's to tell.
      else if (message.event.kind === "warning") report(message.event);
    });
    // Told more than once: where nothing was begun there is nobody to send to, either, and no exit.
    child.on("error", (error) => this.troubled(child, error));
    child.once("exit", (code, killer) => this.ended(child, killer ?? `code ${code}`));
    this.tell(child, { kind: "work", place });
  }

  /** One that runs goes on, or its exit is heard of. */
  private troubled(child: ChildProcess, cause: Error): void {
    if (child.pid !== undefined) return;
    this.children.delete(child);
    this.fail(new OperationError(`a worker process could not be started (${reasonOf(cause)}).`, { cause }));
  }

  private ended(child: ChildProcess, how: string): void {
    this.children.delete(child);
    if (this.isStopping) return;
    const { report = silent, workers } = this.options;
    const words = `a worker process ended by ${how}${this.lastWords === "" ? "" : ` (${this.lastWords})`}`;
    if (++this.deaths > DEATHS * workers) {
      this.fail(new OperationError(`${words}, and so did those before it; none gets a job done.`));
      return;
    }
    report({ kind: "warning", message: `${words}; another one takes its place and its job.` });
    this.start();
  }

  private tell(child: ChildProcess, message: ToWorker): void {
    if (child.connected) child.send(message);
  }
}
