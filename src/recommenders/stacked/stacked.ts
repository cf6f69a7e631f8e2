// The rival that has everything but ISRF's own: LightGCN and all evidence that needs no training, weighed as ISRF
// weighs its witnesses. What ISRF's sequence model and backbone add is what it has over this.
import { z } from "zod";
import { internal } from "../../base/errors.ts";
import { matrix } from "../../base/matrix.ts";
import { Checkpoints } from "../../training/checkpoints.ts";
import type { TrainableDefinition, TrainRequest, TrainResult } from "../definition.ts";
import { loadIdModel } from "../id-models/model-files.ts";
import { lightgcn, lightgcnDefinition } from "../lightgcn/lightgcn.ts";
import { positiveCount } from "../options/number-types.ts";
import { inGroup } from "../options/option.ts";
import { EVIDENCE } from "../part-folders.ts";
import {
  choosingUsers,
  type EvidenceOptions,
  learnEvidence,
  type OpenParts,
  openEvidence,
} from "../witnesses/evidence-part.ts";
import type { WitnessName } from "../witnesses/witness.ts";

const NAMES: readonly WitnessName[] = ["individual", "group", "neighbours", "text", "nearest", "popularity"];

const ownOptions = {
  ...inGroup("evidence", {
    neighbours: positiveCount.default(50).describe("similar users of each whose items are the group's word"),
    weightUsers: positiveCount
      .default(6000)
      .describe("users whose validation items teach how far each witness is believed"),
    weightReportUsers: positiveCount.default(3000).describe("further users, on whom the weights are reported"),
  }),
};

const schema = z.strictObject({ ...lightgcn.schema.shape, ...ownOptions });

type Options = z.infer<typeof lightgcn.schema> & z.infer<z.ZodObject<typeof ownOptions>>;

export const stackedDefinition: TrainableDefinition = {
  kind: "trained",
  name: "stacked",
  title: "Stacked",
  citation:
    "LightGCN, similar users, neighbours, texts and popularity in one log-linear score; ours, a rival without ISRF.",
  isOurs: true,
  tasks: ["sequential", "direct"],
  usesHistory: true,
  options: { model: "stacked", schema, presets: lightgcn.presets, protocols: { strict: {} } },
  needsEmbeddings: true,
  startsFromRuns: true,
  train,
  takesNewItems: () => true,
  folders: () => [{ name: EVIDENCE, isTraining: false }],
  load: (checkpoint, compile, run, newTexts) => openEvidence("stacked", run, partsOf(checkpoint), compile, newTexts),
};

async function train(request: TrainRequest): Promise<TrainResult> {
  const options = schema.parse(request.options) as Options;
  const own = Object.entries(options).filter(([name]) => !(name in ownOptions));
  const result = await lightgcnDefinition.train({ ...request, options: Object.fromEntries(own) });
  const checkpoint = await Checkpoints.ofRun(request.directory).open("best");
  if (checkpoint === undefined) throw internal("a training ended without a best checkpoint");
  const parts = partsOf(checkpoint);
  const { bestScore, weights } = await learnEvidence(request, NAMES, evidenceOptions(options), parts);
  const preparation = [...(result.preparation ?? []), weights];
  return { ...result, summary: { ...result.summary, bestScore }, preparation, besideSeconds: weights.seconds };
}

/** Where all users chose the checkpoint, the weights' figures say so. */
function evidenceOptions(options: Options): EvidenceOptions {
  const validationUsers = choosingUsers(options.validationUsers);
  return { ...options, validationUsers, neighbourSearch: "exact", textMapRank: 1, textMapSteps: 0 };
}

function partsOf(checkpoint: string): OpenParts {
  return async () => {
    const { nUsers, nItems, vectors } = await loadIdModel(checkpoint, lightgcn);
    const { width, items, users } = vectors;
    const interests = { users: matrix(nUsers, width, users!), items: matrix(nItems, width, items) };
    return { interests, sequence: undefined, generator: undefined };
  };
}
