// The systems that bench/recbole.ts compares, with options that mean the same on both sides. What is not listed is the
// same by default. HGN is not here: its windows differ on purpose. BERT4Rec's instances do too, so RecBole's model,
// loss and trainer get ours (peers/recbole/cloze.py).
export interface Compared {
  /** Options of our model. */
  readonly ours: Readonly<Record<string, unknown>>;
  readonly theirs: {
    readonly model: string;
    readonly options: Readonly<Record<string, unknown>>;
    /** Whole training prefixes, masked as ours, in place of RecBole's instances: copies of each per epoch. */
    readonly cloze?: { readonly copies: number; readonly maskShare: number; readonly lastShare: number };
  };
  /** It reads ordered histories, of a length that can be set. */
  readonly readsHistory: boolean;
  /** Where the sides still differ, for the record. */
  readonly differences: string;
}

const SEQUENCE =
  "RecBole counts padding as an item in the softmax and pads all histories to the longest; we batch by length.";

/** Of BERT4Rec, on both sides. */
const CLOZE = { copies: 3, maskShare: 0.2, lastShare: 0.5 };

export const COMPARED: Readonly<Record<string, Compared>> = {
  sasrec: {
    ours: {},
    readsHistory: true,
    theirs: { model: "SASRec", options: { train_neg_sample_args: null } },
    differences: SEQUENCE,
  },
  gru4rec: {
    ours: {},
    readsHistory: true,
    theirs: { model: "GRU4Rec", options: { train_neg_sample_args: null } },
    differences: SEQUENCE,
  },
  bert4rec: {
    ours: { batch: 256, ...CLOZE },
    readsHistory: true,
    theirs: {
      model: "BERT4Rec",
      options: { train_neg_sample_args: null, train_batch_size: 256 },
      cloze: CLOZE,
    },
    differences: `${SEQUENCE} Instances are ours on both sides; RecBole's loss makes logits for as many places in every row as the batch's most masked row has.`,
  },
  lightgcn: {
    ours: { layers: 3, regularisation: 1e-4 },
    readsHistory: false,
    theirs: { model: "LightGCN", options: { n_layers: 3, reg_weight: 1e-4, require_pow: true } },
    differences: "None that is known.",
  },
  simplex: {
    ours: { batch: 2048, negatives: 10, regularisation: 0, excludePositive: false },
    readsHistory: false,
    theirs: {
      model: "SimpleX",
      options: {
        reg_weight: 0,
        train_neg_sample_args: { distribution: "uniform", sample_num: 10, dynamic: false },
        // RecBole's batch counts pairs with each of their negatives.
        train_batch_size: 20480,
      },
    },
    differences: "RecBole pools 50 slots for every user; we batch by length.",
  },
};

/** Instances of ours begin with a padded slot: RecBole's loss counts no target at the first. */
function slotsOf({ theirs }: Compared, history: number): number {
  return theirs.cloze === undefined ? history : history + 1;
}

/** The same comparison with at most `history` items read. */
export function withHistory(compared: Compared, history: number): Compared {
  if (!compared.readsHistory) return compared;
  const { ours, theirs } = compared;
  return {
    ...compared,
    ours: { ...ours, maxHistory: history },
    theirs: { ...theirs, options: { ...theirs.options, MAX_ITEM_LIST_LENGTH: slotsOf(compared, history) } },
  };
}
