// What answers in a file are answers to: parts of two plans never stand in one file.
import type { z } from "zod";
import { sha256 } from "../../base/files.ts";
import { productVersion } from "../../base/product-version.ts";
import { choiceWords } from "../../runs/chosen-terms.ts";
import { modelVersion } from "../../runs/model-version.ts";
import type { OpenRun } from "../../runs/run.ts";
import type { Plan } from "./parts.ts";
import type { Panel } from "./recommend-each.ts";
import type { FileFormat, recommendEachSettings } from "./settings.ts";

type Each = z.output<typeof recommendEachSettings>;

/** The options that stand in it by themselves; the others, such as filters, by what they choose. */
export interface PlanOptions
  extends Pick<Each, "task" | "top" | "candidates" | "without" | "favourNew" | "device" | "model"> {
  readonly format: FileFormat;
}

/** Whatever the answers depend on. */
export async function planOf(
  run: OpenRun,
  { people, space, answers }: Panel,
  { task, top, candidates, without, favourNew, format, device, model: by }: PlanOptions,
): Promise<Plan> {
  const { model, options, seed } = run.config;
  return {
    version: productVersion(),
    run: sha256(
      JSON.stringify([model, options, seed, await modelVersion(run.directory), ...(by === undefined ? [] : [by])]),
    ),
    dataset: run.dataset.hash,
    added: run.added === undefined ? "none" : sha256(JSON.stringify(run.added.entries)),
    users: sha256(
      JSON.stringify(
        people.map(({ user, userIndex, history }) => (userIndex === undefined ? [user, ...history] : user)),
      ),
    ),
    filters: space.items === undefined ? "none" : sha256(space.items),
    candidates: candidates === undefined ? "none" : sha256(JSON.stringify(candidates)),
    terms: choiceWords({ without, favourNew }) || "as learned",
    task,
    top,
    format,
    device: device ?? run.config.device,
    block: answers.block,
  };
}
