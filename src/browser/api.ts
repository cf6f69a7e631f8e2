// What the exported module offers. This file is its `recommend.d.ts`, so it stands alone: it imports nothing.

export interface Item {
  /** What the shop calls it. */
  readonly id: string;
  readonly title: string;
  readonly brand?: string | undefined;
  /** Widest first. */
  readonly categories: readonly string[];
}

/** One named part of a score. */
export interface Evidence {
  /** Such as "neighbours". */
  readonly term: string;
  /** Its part of the score. */
  readonly adds: number;
  /** `adds` minus its mean over the items that could be answered: above 0 it speaks for the item. */
  readonly ahead: number;
}

export interface Recommendation {
  readonly rank: number;
  readonly item: Item;
  /** Comparable within one answer only. */
  readonly score: number;
  /** In the order of `about.terms`; empty in a fallback. */
  readonly evidence: readonly Evidence[];
}

export interface Answer {
  /** Best first; never an item of the history. */
  readonly items: readonly Recommendation[];
  /** Who answered: the model, or popularity where the history holds no known item. */
  readonly made: "history-only" | "fallback";
  /** Ids of the history that the model does not know; they were passed over. */
  readonly unknown: readonly string[];
  /** Milliseconds that the answer took. */
  readonly ms: number;
}

export interface RecommendOptions {
  /** Default 10. */
  readonly count?: number | undefined;
  /** Items that may be answered; default: all. */
  readonly only?: ((item: Item) => boolean) | undefined;
  /** Terms that are not heard; the weights of the others stay as they are. */
  readonly without?: readonly string[] | undefined;
}

/** What of the history one term's word on an item comes from, strongest first. */
export interface Behind {
  readonly term: string;
  readonly items: readonly { readonly item: Item; readonly strength: number }[];
}

export interface About {
  readonly system: string;
  readonly items: number;
  readonly terms: readonly { readonly name: string; readonly describes: string }[];
  /** Items of a history that are read; of longer ones the newest. */
  readonly longestHistory: number;
}

export interface Recommender {
  readonly about: About;
  readonly items: readonly Item[];
  item(id: string): Item | undefined;
  /** Items for whoever has `history`: ids, oldest first. */
  recommend(history: readonly string[], options?: RecommendOptions): Promise<Answer>;
  /** What of `history` speaks for an item, term by term. */
  behind(history: readonly string[], id: string): Promise<readonly Behind[]>;
  /** Items by words of title, brand, categories or id. */
  search(words: string, count?: number): readonly Item[];
  /** Release the model. */
  dispose(): Promise<void>;
}

/** As much of onnxruntime-web, or of another onnxruntime for JavaScript, as is used. */
export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: object): Promise<OnnxSession>;
  };
  readonly Tensor: new (type: "int32" | "float32", data: Int32Array | Float32Array, dims: readonly number[]) => unknown;
  readonly env?: unknown;
}

export interface OnnxSession {
  run(feeds: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, { readonly data: unknown }>>>;
  release(): Promise<void>;
}

export interface OpenOptions {
  /** Reads one of the exported files by its name. Default: fetched from where this module lies. */
  readonly read?: ((name: string) => Promise<Uint8Array>) | undefined;
  /** Default: the copy of onnxruntime-web in `ort/` beside this module. */
  readonly ort?: OnnxRuntime | undefined;
  /** webgpu needs an export with --webgpu, or `ort`. Default wasm; with `ort` what that takes by itself. */
  readonly device?: "wasm" | "webgpu" | undefined;
  /** Threads of wasm. More than 1 needs a page that is cross-origin isolated. Default 1. */
  readonly threads?: number | undefined;
}

/** Loads the model and its tables. */
export type OpenRecommender = (options?: OpenOptions) => Promise<Recommender>;
