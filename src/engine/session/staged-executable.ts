// A program in stages: sessions, and between them sparse products on threads of our own.
import { UsageError } from "../../base/errors.ts";
import { valueName } from "../onnx/emitter.ts";
import type { TensorData } from "../trace/tensor.ts";
import { isOp } from "../trace/tensor.ts";
import type { Program } from "../trace/trace.ts";
import type { CompileOptions, Executable } from "./executable.ts";
import type { Feeds } from "./feeds.ts";
import type { SessionStage, Stage } from "./placement.ts";
import { runProduct } from "./run-product.ts";
import { Session } from "./session.ts";
import { type ArraysBetween, StageValues } from "./stage-values.ts";

type OpenedSession = SessionStage & { readonly session: Session };
type Opened = Exclude<Stage, SessionStage> | OpenedSession;

export class StagedExecutable implements Executable {
  readonly program: Program;
  private readonly threads: number | undefined;
  private stages: readonly Opened[] | undefined;
  private readonly between: ArraysBetween = new Map();
  /** Runs follow one another: they share those arrays. */
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(program: Program, stages: readonly Opened[], threads: number | undefined) {
    this.program = program;
    this.stages = stages;
    this.threads = threads;
  }

  static async open(program: Program, stages: readonly Stage[], options: CompileOptions): Promise<StagedExecutable> {
    const opened: Opened[] = [];
    try {
      for (const stage of stages) {
        if (stage.kind === "product") opened.push(stage);
        else opened.push({ ...stage, session: await Session.open(stage.program, options, stage.foreign) });
      }
    } catch (error) {
      await disposeOf(opened);
      throw error;
    }
    return new StagedExecutable(program, opened, options.threads);
  }

  async run<Name extends string = string>(
    feeds: Feeds,
    into: Readonly<Record<string, TensorData>> = {},
  ): Promise<Record<Name, TensorData>> {
    const { stages } = this;
    if (stages === undefined) throw new UsageError("this program has been disposed of");
    const result = this.queue.then(() => this.runAlone(stages, feeds, into));
    this.queue = result.catch(() => undefined);
    return result as Promise<Record<Name, TensorData>>;
  }

  async dispose(): Promise<void> {
    const { stages = [] } = this;
    this.stages = undefined;
    await this.queue;
    await disposeOf(stages);
    this.between.clear();
  }

  private async runAlone(
    stages: readonly Opened[],
    feeds: Feeds,
    into: Readonly<Record<string, TensorData>>,
  ): Promise<Record<string, TensorData>> {
    const values = new StageValues(this.program, feeds, into, this.between);
    for (const stage of stages) {
      if (stage.kind === "session") await this.runSession(stage, feeds, into, values);
      else runProduct(stage, values, this.threads);
    }
    return values.results;
  }

  private async runSession(
    { program, foreign, session }: OpenedSession,
    feeds: Feeds,
    into: Readonly<Record<string, TensorData>>,
    values: StageValues,
  ): Promise<void> {
    const read = foreign.map((tensor) => [valueName(tensor), values.of(tensor)] as const);
    const targets = { ...into };
    for (const [name, node] of Object.entries(program.outputs)) {
      if (name === valueName(node) && !isOp(node, "input")) targets[name] = values.arrayFor(node);
    }
    const made = await session.run({ ...feeds, ...Object.fromEntries(read) }, targets);
    for (const [name, node] of Object.entries(program.outputs)) {
      if (!isOp(node, "input")) values.set(node, made[name]!);
      if (name in this.program.outputs) values.results[name] = made[name]!;
    }
  }
}

async function disposeOf(stages: readonly Opened[]): Promise<void> {
  for (const stage of stages) if (stage.kind === "session") await stage.session.dispose();
}
