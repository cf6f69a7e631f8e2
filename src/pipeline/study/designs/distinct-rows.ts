// Rows of a design that are one and the same training: a part that a preset lacks cannot be left out of it.
import { applies, factsOf, ownNames, resolveOptions } from "../../../recommenders/options/index.ts";
import { trainable } from "../../../recommenders/registry.ts";
import type { StudyConfig, SystemConfig } from "../study-config.ts";
import type { StudyDesign } from "./design.ts";

/** Without rows that are the same training as an earlier one, with a note of each. */
export function withoutRepeats<Design extends StudyDesign>(
  design: Design,
  study: Pick<StudyConfig, "preset" | "protocol">,
): Design {
  const labels = new Map<string, string>();
  const notes: string[] = [];
  const systems = design.systems.filter((system) => {
    const { model, label = model } = system;
    const key = trainingOf(system, study);
    const first = labels.get(key);
    if (first === undefined) labels.set(key, label);
    else notes.push(`${label} is left out: with these settings it is the same training as ${first}`);
    return first === undefined;
  });
  if (notes.length === 0) return design;
  const kept = new Set(labels.values());
  const { figure } = design;
  const places = figure?.places.filter(({ label }) => kept.has(label));
  return {
    ...design,
    systems,
    figure: figure && { ...figure, places },
    notes: [...(design.notes ?? []), ...notes],
  };
}

function trainingOf(
  { model, set, embeddings, ...own }: SystemConfig,
  { preset, protocol }: Pick<StudyConfig, "preset" | "protocol">,
): string {
  const { options } = trainable(model);
  const given = ownNames(options, set).values;
  const resolved = resolveOptions(options, own.preset ?? preset, { given, protocol });
  // How often a group is trained makes no difference to a model that has none.
  const heard = factsOf(options.schema).filter((fact) => applies(fact, resolved));
  return JSON.stringify([model, embeddings, heard.map(({ name }) => [name, resolved[name]])]);
}
