// The interest tables while the backbone trains: steps read their rows and hand gradients back, and every few steps the
// collected gradients go through the graphs. Tables that a system does not read are not there.
import { join } from "node:path";
import { exists } from "../../../base/files.ts";
import type { Parameters, TensorData } from "../../../engine/index.ts";
import { floatTensor, readSafetensors, writeSafetensors } from "../../../engine/safetensors.ts";
import type { PropagatedTable } from "../../../interests/propagated-table.ts";
import type { StoredValue } from "../../../training/parameter-files.ts";
import { returnGradients } from "../examples/batches.ts";
import { TEXTS } from "../from-run/before.ts";
import { fedGradients } from "../network/whole-words.ts";
import { type GenerativeOptions, readsIndividual } from "../options/options.ts";
import type { BatchShape, Example, InterestGradients } from "../shapes.ts";
import { type GenerativeState, type InterestTables, NO_INTERESTS } from "../state.ts";
import { groupOptimiser } from "./group-table.ts";
import { interestOptimiser } from "./individual-table.ts";
import type { Prepared } from "./preparation.ts";

/** File of a checkpoint to resume from. */
const COLLECTED = "collected.safetensors";

export class TrainedInterests {
  /** Current values; the model reads them here. */
  readonly tables: InterestTables;
  private readonly prepared: Prepared;
  private readonly options: GenerativeOptions;

  /** It owns `prepared`. */
  constructor(prepared: Prepared, options: GenerativeOptions) {
    this.prepared = prepared;
    this.options = options;
    this.tables = { individual: NO_INTERESTS, group: NO_INTERESTS };
    this.read();
  }

  /** A table that only named ids is not read any more. */
  private get individual(): PropagatedTable | undefined {
    return readsIndividual(this.options) ? this.prepared.individual : undefined;
  }

  get parameterSets(): Record<string, Parameters> {
    return Object.fromEntries(this.named.map(([name, { definition }]) => [name, definition.parameters]));
  }

  /** The tables that are there. */
  private get named(): readonly (readonly [string, PropagatedTable])[] {
    const { individual } = this;
    const { group } = this.prepared;
    return [
      ...(individual ? [["individual", individual] as const] : []),
      ...(group ? [["group", group] as const] : []),
    ];
  }

  /** What a later training needs beside the parameters: texts as the adapter reads them. */
  get constants(): Readonly<Record<string, StoredValue>> {
    const { texts } = this.prepared;
    if (this.individual === undefined || texts === undefined || !texts.columns) return {};
    return { [TEXTS]: { shape: [texts.rows, texts.columns], data: texts.data } };
  }

  /** Take the gradients of a step. */
  collect(
    results: Readonly<Record<string, TensorData>>,
    examples: readonly Example[],
    shape: BatchShape,
    { network, nUsers }: GenerativeState,
  ): void {
    const { interestEvery, groupEvery } = this.options;
    const individual = interestEvery === 0 ? undefined : this.individual;
    const group = groupEvery === 0 ? undefined : this.prepared.group;
    const to: InterestGradients = {
      individual: (row, gradient, at) => individual?.addGradient(row, gradient, at),
      group: (row, gradient, at) => group?.addGradient(row, gradient, at),
    };
    const gradients = fedGradients(results);
    returnGradients(gradients, examples, shape.items, network.t5.width, nUsers, to);
    // A table that this step's loss does not use is left alone, as optimisers leave parameters without a gradient.
    if (gradients.individual ?? gradients.candidates ?? gradients.history) individual?.countStep();
    if (gradients.group) group?.countStep();
  }

  /** Update the tables whose turn it is. */
  async afterStep(step: number): Promise<void> {
    const { interestEvery, groupEvery } = this.options;
    const isDue = (every: number): boolean => every > 0 && (step + 1) % every === 0;
    if (isDue(interestEvery)) await this.individual?.update(interestOptimiser(this.options));
    if (isDue(groupEvery)) await this.prepared.group?.update(groupOptimiser(this.options));
    this.read();
  }

  /** Bring what was collected into the parameters. */
  async settle(): Promise<void> {
    await this.individual?.update(interestOptimiser(this.options));
    await this.prepared.group?.update(groupOptimiser(this.options));
    this.read();
  }

  /** For `restore`: gradients that wait for a table's turn, which a checkpoint neither hastens nor loses. */
  async saveForResume(directory: string): Promise<void> {
    const waiting = this.named.flatMap(([name, { collected, definition }]) => {
      const { rows, width } = definition;
      const { gradient, steps } = collected;
      if (steps === 0) return [];
      return [
        [`${name}/gradient`, { shape: [rows, width], data: gradient }],
        [`${name}/steps`, { shape: [1], data: Int32Array.of(steps) }],
      ] as const;
    });
    if (waiting.length > 0) await writeSafetensors(join(directory, COLLECTED), Object.fromEntries(waiting));
  }

  /** Recompute the tables after their parameters were loaded, and take up what waited. */
  async restore(directory: string): Promise<void> {
    for (const [, table] of this.named) await table.refresh();
    this.read();
    const path = join(directory, COLLECTED);
    // Nothing waits behind a validation, nor in checkpoints of older versions, which brought everything in.
    if (!(await exists(path))) return;
    const file = await readSafetensors(path);
    for (const [name, table] of this.named) {
      const steps = file.tensors.get(`${name}/steps`)?.data[0];
      if (steps === undefined) continue;
      const { rows, width } = table.definition;
      const gradient = floatTensor(path, file, `${name}/gradient`, [rows, width]);
      table.collected = { gradient, steps: Number(steps) };
    }
  }

  async dispose(): Promise<void> {
    await this.prepared.individual?.dispose();
    await this.prepared.group?.dispose();
  }

  private read(): void {
    this.tables.individual = this.individual?.value ?? NO_INTERESTS;
    this.tables.group = this.prepared.group?.value ?? NO_INTERESTS;
  }
}
