// Trained values with their optimiser state. A step in place changes the front buffers. A program that ends in the
// optimiser reads them, writes the back buffers, and both change places.
import { UsageError } from "../../base/errors.ts";
import type { TensorSpec } from "../declarations.ts";
import { sizeOf } from "../trace/tensor.ts";

/** A value and its optimiser's moments, all of one length (SGD's momentum is `m`). */
export interface Buffers {
  readonly value: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
}

/** A learned tensor with all that its training keeps. */
export interface Parameter extends TensorSpec {
  /** Current state. */
  front: Buffers;
  /** Where the next step writes; made when first needed. */
  back: Buffers | undefined;
  /** Where programs write the gradient for a step in place; made when first needed, and shared by all programs. */
  gradient: Float32Array | undefined;
  /** Optimiser steps taken. */
  steps: number;
}

function zeros(length: number): Float32Array {
  return new Float32Array(length);
}

/** Moments are made when first asked for: what only answers has none. */
function buffersOf(value: Float32Array): Buffers {
  let m: Float32Array | undefined;
  let v: Float32Array | undefined;
  return {
    value,
    get m() {
      m ??= zeros(value.length);
      return m;
    },
    get v() {
      v ??= zeros(value.length);
      return v;
    },
  };
}

/** Learned tensors by name. Moments begin at 0, and are made when an optimiser first asks for them. */
export class Parameters {
  private readonly entries = new Map<string, Parameter>();

  /**
   * Every tensor of `specs`, with its value: a fresh one, or that of a file.
   * @throws UsageError as `add`.
   */
  static of<Spec extends TensorSpec>(specs: readonly Spec[], valueFor: (spec: Spec) => Float32Array): Parameters {
    const parameters = new Parameters();
    for (const spec of specs) parameters.add(spec, valueFor(spec));
    return parameters;
  }

  /**
   * Take a value of the tensor's size, row-major; it is not copied.
   * @throws UsageError for a second value of one name or a length that does not fit.
   */
  add({ name, shape, rows }: TensorSpec, value: Float32Array): void {
    if (this.entries.has(name)) throw new UsageError(`parameter ${name} exists already`);
    const size = sizeOf(shape);
    if (value.length !== size) throw new UsageError(`parameter ${name}: ${value.length} values for shape [${shape}]`);
    const front = buffersOf(value);
    this.entries.set(name, { name, shape, rows, front, back: undefined, gradient: undefined, steps: 0 });
  }

  /** The parameter of a name. @throws UsageError for an unknown name. */
  get(name: string): Parameter {
    const entry = this.entries.get(name);
    if (entry === undefined)
      throw new UsageError(`no parameter ${name}; there are ${[...this.entries.keys()].join(", ")}`);
    return entry;
  }

  /** In the order in which they were added. */
  get all(): readonly Parameter[] {
    return [...this.entries.values()];
  }

  /** Current values by name, as feeds of a program. */
  feeds(): Record<string, Float32Array> {
    return Object.fromEntries(this.all.map(({ name, front }) => [name, front.value]));
  }

  /** Where the next step writes; zeros when first asked for. @throws UsageError for an unknown name. */
  backOf(name: string): Buffers {
    const entry = this.get(name);
    entry.back ??= buffersOf(zeros(sizeOf(entry.shape)));
    return entry.back;
  }

  /** Where programs write the gradient; zeros when first asked for. @throws UsageError for an unknown name. */
  gradientOf(name: string): Float32Array {
    const entry = this.get(name);
    entry.gradient ??= zeros(sizeOf(entry.shape));
    return entry.gradient;
  }

  /** Make the back buffers current and count one optimiser step. @throws UsageError for an unknown name. */
  swap(name: string): void {
    const entry = this.get(name);
    const { front } = entry;
    entry.front = this.backOf(name);
    entry.back = front;
    entry.steps += 1;
  }
}
