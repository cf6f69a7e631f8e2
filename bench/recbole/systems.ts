// The systems that bench/recbole.ts compares, with options that mean the same on both sides. What is not listed is the
// same by default. BERT4Rec and HGN are not here: they differ in their instances and windows on purpose.
export interface Compared {
  /** Options of our model. */
  readonly ours: Readonly<Record<string, unknown>>;
  readonly theirs: { readonly model: string; readonly options: Readonly<Record<string, unknown>> };
  /** It reads ordered histories, of a length that can be set. */
  readonly readsHistory: boolean;
  /** Where the sides still differ, for the record. */
  readonly differences: string;
}

const SEQUENCE =
  "RecBole counts padding as an item in the softmax and pads all histories to 50 slots; we batch by length.";

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

/** The same comparison with at most `history` items read. */
export function withHistory(compared: Compared, history: number): Compared {
  if (!compared.readsHistory) return compared;
  const { ours, theirs } = compared;
  return {
    ...compared,
    ours: { ...ours, maxHistory: history },
    theirs: { ...theirs, options: { ...theirs.options, MAX_ITEM_LIST_LENGTH: history } },
  };
}
