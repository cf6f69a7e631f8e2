// The interest tables while the backbone trains: steps read their rows and hand gradients back, and every few steps the
// collected gradients go through the graphs. Tables that a system does not read are not there.
import type { Parameters, TensorData } from "../../../engine/index.ts";
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
    const sets: Record<string, Parameters> = {};
    if (this.individual !== undefined) sets.individual = this.individual.definition.parameters;
    if (this.prepared.group !== undefined) sets.group = this.prepared.group.definition.parameters;
    return sets;
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

  /** Recompute the tables after their parameters were loaded. */
  async refresh(): Promise<void> {
    await this.individual?.refresh();
    await this.prepared.group?.refresh();
    this.read();
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
