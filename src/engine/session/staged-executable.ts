// A program in stages: sessions, and between them sparse products on threads of our own.
import { internal, UsageError } from "../../base/errors.ts";
import { assign, filledRows, type Lookup, type RowsRead, rowNumbers, rowsRead } from "../host/row-expression.ts";
import { sparsePolynomial } from "../host/sparse-polynomial.ts";
import { valueName } from "../onnx/emit.ts";
import { isOp, sizeOf, type Tensor } from "../trace/tensor.ts";
import type { Program, TensorData } from "../trace/trace.ts";
import type { CompileOptions, Executable, Feeds } from "./executable.ts";
import type { ProductStage, SessionStage, Stage } from "./placement.ts";
import { checkLength, Session } from "./session.ts";

type Opened = ProductStage | (SessionStage & { readonly session: Session });
type Values = Map<Tensor, TensorData>;

export class StagedExecutable implements Executable {
  readonly program: Program;
  private readonly threads: number | undefined;
  private stages: readonly Opened[] | undefined;
  /** Arrays of values between stages, kept from run to run. */
  private readonly between = new Map<Tensor, TensorData>();
  /** Runs follow one another: they share those arrays. */
  private queue: Promise<unknown> = Promise.resolve();

  private constructor(program: Program, stages: readonly Opened[], threads: number | undefined) {
    this.program = program;
    this.stages = stages;
    this.threads = threads;
  }

  static async open(program: Program, stages: readonly Stage[], options: CompileOptions): Promise<StagedExecutable> {
    const opened: Opened[] = [];
    for (const stage of stages) {
      if (stage.kind === "product") opened.push(stage);
      else opened.push({ ...stage, session: await Session.open(stage.program, options, stage.foreign) });
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
    for (const stage of stages) if (stage.kind === "session") await stage.session.dispose();
    this.between.clear();
  }

  private async runAlone(
    stages: readonly Opened[],
    feeds: Feeds,
    into: Readonly<Record<string, TensorData>>,
  ): Promise<Record<string, TensorData>> {
    const values = this.inputs(feeds);
    const results: Record<string, TensorData> = {};
    for (const [name, node] of Object.entries(this.program.outputs)) {
      if (into[name] !== undefined) checkLength(name, node.shape, into[name]);
    }
    for (const stage of stages) {
      if (stage.kind === "session") await this.runSession(stage, feeds, into, values, results);
      else this.runProduct(stage, into, values, results);
    }
    return results;
  }

  private inputs(feeds: Feeds): Values {
    const { inputs, constants } = this.program;
    return new Map(
      inputs.map((input) => {
        const { name } = input.attributes;
        const data = feeds[name] ?? constants.get(name);
        if (data === undefined) throw new UsageError(`program input ${name} is not fed`);
        checkLength(name, input.shape, data);
        return [input, data];
      }),
    );
  }

  private async runSession(
    { program, foreign, session }: SessionStage & { readonly session: Session },
    feeds: Feeds,
    into: Readonly<Record<string, TensorData>>,
    values: Values,
    results: Record<string, TensorData>,
  ): Promise<void> {
    const read = foreign.map((tensor) => [valueName(tensor), values.get(tensor)!] as const);
    const targets = { ...into };
    for (const [name, node] of Object.entries(program.outputs)) {
      if (name === valueName(node) && !isOp(node, "input")) targets[name] = this.arrayFor(node);
    }
    const made = await session.run({ ...feeds, ...Object.fromEntries(read) }, targets);
    for (const [name, node] of Object.entries(program.outputs)) {
      if (!isOp(node, "input")) values.set(node, made[name]!);
      if (name in this.program.outputs) results[name] = made[name]!;
    }
  }

  private runProduct(
    { product, reads, isWanted }: ProductStage,
    into: Readonly<Record<string, TensorData>>,
    values: Values,
    results: Record<string, TensorData>,
  ): void {
    const { operator, coefficients } = product.attributes;
    const [start] = product.inputs as [Tensor];
    const lookup: Lookup = (tensor) => {
      const value = values.get(tensor);
      if (value === undefined) throw internal(`no value for ${tensor.op} ${tensor.id}`);
      return value;
    };
    const gathers = reads.map(rowsRead);
    const onlyRows = !isWanted && gathers.every((read) => read !== undefined);
    const rows = onlyRows ? joined((gathers as RowsRead[]).map((read) => rowNumbers(read, lookup))) : undefined;
    const keep = (node: Tensor, write: (target: Float32Array) => void): void => {
      const names = Object.keys(this.program.outputs).filter((name) => this.program.outputs[name] === node);
      const targets = names.map((name) => into[name] ?? new Float32Array(sizeOf(node.shape)));
      names.forEach((name, i) => {
        results[name] = targets[i]!;
      });
      const [first = this.arrayFor(node), ...more] = targets as Float32Array[];
      write(first as Float32Array);
      for (const target of more) target.set(first);
      values.set(node, first);
    };
    sparsePolynomial({
      operator,
      coefficients,
      width: product.shape[1]!,
      threads: this.threads,
      rows,
      fill: (x) => {
        assign(start, x, lookup);
        return filledRows(start, lookup);
      },
      visit: (y) => {
        values.set(product, y);
        let at = 0;
        reads.forEach((node, i) => {
          const read = gathers[i];
          keep(node, (target) => {
            if (read === undefined) assign(node, target, lookup);
            else if (onlyRows) target.set(y.subarray(at, at + target.length));
            else copyRows(y, rowNumbers(read, lookup), product.shape[1]!, target);
            at += target.length;
          });
        });
        values.delete(product);
        if (isWanted) keep(product, (target) => target.set(y));
      },
    });
  }

  private arrayFor(node: Tensor): TensorData {
    let array = this.between.get(node);
    if (array === undefined) {
      const size = sizeOf(node.shape);
      array =
        node.dtype === "float32"
          ? new Float32Array(size)
          : node.dtype === "int32"
            ? new Int32Array(size)
            : new Uint8Array(size);
      this.between.set(node, array);
    }
    return array;
  }
}

function joined(lists: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  return all;
}

function copyRows(from: Float32Array, rows: Int32Array, width: number, to: Float32Array): void {
  rows.forEach((row, i) => {
    to.set(from.subarray(row * width, (row + 1) * width), i * width);
  });
}
