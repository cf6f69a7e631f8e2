// A table of interests that is a function of trained parameters: value = f(parameters), usually through a graph.
// Training reads rows of the value and hands back gradients of those rows; every so often `update` sends the collected
// gradient through the graph once and recomputes the value. Updating after every step is the paper's algorithm;
// updating every k steps is the same with gradients accumulated over k steps, and costs 1/k of the propagation.
import {
  type AdamWOptions,
  type CompileOptions,
  compile,
  compileTrainStep,
  type Executable,
  type FeedsOf,
  floats,
  mul,
  type Parameters,
  sum,
  type Tensor,
  type Trace,
  type TrainStep,
  trace,
} from "../engine/index.ts";

export interface TableDefinition {
  /** Rows of the value. */
  readonly rows: number;
  readonly width: number;
  /** The value [rows, width] as nodes. */
  readonly build: (t: Trace) => Tensor;
  readonly parameters: Parameters;
  readonly optimiser: AdamWOptions;
  readonly compile: CompileOptions;
}

/** Gradients that wait for the next update. */
export interface Collected {
  /** Their sum, row-major [rows, width]. */
  readonly gradient: Float32Array;
  /** Training steps that gave them. */
  readonly steps: number;
}

/** The collected gradient of the value. */
const gradientInputs = (rows: number, width: number) => ({ G: floats(rows, width) });

export class PropagatedTable {
  readonly definition: TableDefinition;
  private readonly forward: Executable;
  private readonly backward: TrainStep;
  private readonly pending: Float32Array;
  private pendingSteps = 0;
  private current: Float32Array;

  private constructor(definition: TableDefinition, forward: Executable, backward: TrainStep) {
    this.definition = definition;
    this.forward = forward;
    this.backward = backward;
    this.current = new Float32Array(definition.rows * definition.width);
    this.pending = new Float32Array(definition.rows * definition.width);
  }

  /** Compile the table and compute its value. It holds native memory: call `dispose()`. */
  static async create(definition: TableDefinition): Promise<PropagatedTable> {
    const { rows, width, build, parameters, optimiser } = definition;
    const forward = await compile(
      trace((t) => ({ value: build(t) })),
      definition.compile,
    );
    // <value, G> has gradient J^T G: one backward pass for the whole collected gradient.
    const objective = (t: Trace) => ({
      loss: sum(mul(build(t), t.inputs(gradientInputs(rows, width)).G)),
      // Its value means nothing, and would cost a propagation.
      reportsLoss: false,
    });
    const backward = await compileTrainStep(objective, parameters, optimiser, definition.compile);
    const table = new PropagatedTable(definition, forward, backward);
    await table.refresh();
    return table;
  }

  /** Current value, row-major [rows, width]. Do not write to it. */
  get value(): Float32Array {
    return this.current;
  }

  /** Recompute the value after the parameters were changed from outside. */
  async refresh(): Promise<void> {
    const { value } = await this.forward.run<"value">(this.definition.parameters.feeds());
    this.current = value as Float32Array;
  }

  /** Add the gradient at `gradient[at .. at + width]` to row `index`. */
  addGradient(index: number, gradient: Float32Array, at: number): void {
    const { width } = this.definition;
    const base = index * width;
    for (let c = 0; c < width; c++) this.pending[base + c]! += gradient[at + c]!;
  }

  /** Say that one training step's gradients are in; steps that gave none are not counted. */
  countStep(): void {
    this.pendingSteps++;
  }

  /** What waits for the next update: to be read at once, or copied. */
  get collected(): Collected {
    return { gradient: this.pending, steps: this.pendingSteps };
  }

  /** Go on from what another table of this kind had collected. */
  set collected({ gradient, steps }: Collected) {
    this.pending.set(gradient);
    this.pendingSteps = steps;
  }

  /** Send the collected gradient (mean over counted steps) to the parameters and recompute; nothing when none came. */
  async update(optimiser: AdamWOptions): Promise<void> {
    if (this.pendingSteps === 0) return;
    const scale = 1 / this.pendingSteps;
    for (let i = 0; i < this.pending.length; i++) this.pending[i]! *= scale;
    const feeds: FeedsOf<ReturnType<typeof gradientInputs>> = { G: this.pending };
    await this.backward.run(feeds, optimiser);
    this.pending.fill(0);
    this.pendingSteps = 0;
    await this.refresh();
  }

  async dispose(): Promise<void> {
    await this.forward.dispose();
    await this.backward.dispose();
  }
}
