// Options of ISRF's answers beyond the paper: which witnesses speak, the sequence model, and how weights are learned.
// Without any witness an answer is what the backbone writes, as in the paper.
import { z } from "zod";
import { needs } from "../options/needs.ts";
import { count, dropoutShare, fraction, notNegative, positive, positiveCount } from "../options/number-types.ts";
import { inGroup } from "../options/option.ts";
import type { WitnessName } from "../witnesses/witness.ts";

const witness = (describes: string) =>
  z.boolean().default(false).describe(`${describes} [R; the paper answers by the backbone alone]`).meta({ off: false });

/** Option that lets a witness speak, by the witness. */
export const WITNESS_OPTIONS = {
  sequence: "witnessSequence",
  individual: "witnessIndividual",
  group: "witnessGroup",
  neighbours: "witnessNeighbours",
  text: "witnessText",
  nearest: "witnessNearest",
  generator: "witnessGenerator",
  popularity: "witnessPopularity",
} as const satisfies Record<WitnessName, string>;

const IF_SEQUENCE = needs({ witnessSequence: true });
const anyOf = (names: readonly string[]) => needs(names.map((name) => ({ [name]: true })));
const IF_ANY = anyOf(Object.values(WITNESS_OPTIONS));
/** The generator speaks of short lists that others make. */
const BESIDE_OTHERS = anyOf(Object.values(WITNESS_OPTIONS).filter((name) => name !== WITNESS_OPTIONS.generator));

export const evidenceOptions = inGroup("evidence", {
  witnessSequence: witness("a sequence model over rows from texts says what comes next"),
  witnessIndividual: witness("e_u . e_v of the user-item graph speaks"),
  witnessGroup: witness("what similar users hold, against what all hold, speaks"),
  witnessNeighbours: witness("what is taken together with items of the history speaks"),
  witnessText: witness("the item's text against the history's, through a learned map, speaks"),
  witnessNearest: witness("the most similar text among the last five items speaks"),
  witnessGenerator: witness("the backbone's log-probability of writing the item speaks, beside other witnesses").meta({
    ...BESIDE_OTHERS,
    off: false,
  }),
  witnessPopularity: witness("how often an item was taken speaks, for or against"),
  sequenceWidth: positiveCount.default(128).describe("width of the sequence model").meta(IF_SEQUENCE),
  sequenceLayers: positiveCount.default(2).describe("transformer blocks of the sequence model").meta(IF_SEQUENCE),
  sequenceDropout: dropoutShare.default(0.5).describe("dropout of the sequence model").meta(IF_SEQUENCE),
  sequenceFreeDropout: fraction
    .default(0.1)
    .describe("share of items that a step of the sequence model knows by their texts alone")
    .meta(IF_SEQUENCE),
  sequenceBatch: positiveCount.default(128).describe("users per step of the sequence model").meta(IF_SEQUENCE),
  sequenceLearningRate: positive.default(1e-3).describe("its AdamW learning rate").meta(IF_SEQUENCE),
  sequenceEpochs: positiveCount.default(40).describe("its most epochs").meta(IF_SEQUENCE),
  sequencePatience: positiveCount
    .default(4)
    .describe("epochs without improvement on validation items before it stops")
    .meta(IF_SEQUENCE),
  sequenceValidationUsers: positiveCount
    .default(8000)
    .describe("users whose validation items choose its epoch; weights are learned from others")
    .meta(IF_SEQUENCE),
  sequenceMinutes: notNegative
    .default(0)
    .describe("stop it after the epoch in which this much of its training time is used up; 0 = no limit")
    .meta({ ...IF_SEQUENCE, off: 0 }),
  textMapRank: positiveCount
    .default(32)
    .describe("rank of what the text witness's map adds to the identity")
    .meta(needs({ witnessText: true })),
  textMapSteps: count
    .default(0)
    .describe("steps that fit this map; 0 = texts are compared as they are")
    .meta({ ...needs({ witnessText: true }), off: 0 }),
  weightUsers: positiveCount
    .default(6000)
    .describe("users whose validation items teach how far each witness is believed")
    .meta(IF_ANY),
  weightReportUsers: positiveCount
    .default(3000)
    .describe("further users, on whose validation items the weights are reported")
    .meta(IF_ANY),
});
