// What a trained id model answers with: plain arrays, wherever they come from (a training step or a file).

export interface Vectors {
  readonly width: number;
  /** [nItems, width] */
  readonly items: Float32Array;
  /** [nUsers, width]; absent for models that read the history. */
  readonly users?: Float32Array | undefined;
  /** [nItems] */
  readonly bias?: Float32Array | undefined;
  /** Parameters of the query program, by name; empty where there is none. */
  readonly parameters: Readonly<Record<string, Float32Array>>;
}
