// Matrix factorisation trained by Bayesian personalised ranking (Rendle et al. 2009): the smallest id model.
// In the product it would be src/recommenders/bpr-mf/bpr-mf.ts.
import { z } from "zod";
import { normal, type Trace } from "../../src/engine/index.ts";
import { idModelDefinition } from "../../src/recommenders/id-models/definition.ts";
import { pairRanking, pairRows } from "../../src/recommenders/id-models/graph-tables.ts";
import type { IdModel, IdModelSpec, IdTrainingData } from "../../src/recommenders/id-models/id-model.ts";
import { InstanceBatches } from "../../src/recommenders/id-models/instances.ts";
import { presetsWith, selectionOption, sharedOptions } from "../../src/recommenders/id-models/options.ts";

const schema = z.strictObject({ ...sharedOptions, ...selectionOption("direct") });

function create({ width, batch }: z.infer<typeof schema>, data: IdTrainingData): IdModel {
  const users = { name: "users", shape: [data.nUsers, width], init: normal(0.1) };
  const items = { name: "items", shape: [data.nItems, width], init: normal(0.1) };
  const tables = (t: Trace) => ({ users: t.parameter(users), items: t.parameter(items) });
  return {
    tensors: { users, items },
    batches: new InstanceBatches({ data, batch, firstTarget: 0, negatives: 1 }),
    tables,
    objective: (t, { rows }) => ({ loss: pairRanking(t, pairRows(t, tables(t), rows)) }),
  };
}

export const bprMf: IdModelSpec<z.infer<typeof schema>> = {
  name: "bpr-mf",
  title: "BPR-MF",
  citation:
    "Rendle, Freudenthaler, Gantner, Schmidt-Thieme. BPR: Bayesian Personalized Ranking from Implicit Feedback. UAI 2009.",
  schema,
  presets: presetsWith({}),
  create,
};

export const bprMfDefinition = idModelDefinition(bprMf);
