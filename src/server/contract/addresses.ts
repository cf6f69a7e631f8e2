// Where each operation lies: the one table that browsers load, too, so it holds plain words alone.

/** Operation -> method and path; `{id}` stands for a part that is filled in percent-encoded. */
export const ADDRESSES = {
  recommend: ["POST", "/v1/recommendations"],
  recommendBatch: ["POST", "/v1/recommendations/batch"],
  rank: ["POST", "/v1/ranks"],
  explain: ["GET", "/v1/explain"],
  items: ["GET", "/v1/items"],
  item: ["GET", "/v1/items/{id}"],
  similarItems: ["GET", "/v1/items/{id}/similar"],
  putItem: ["PUT", "/v1/items/{id}"],
  deleteItem: ["DELETE", "/v1/items/{id}"],
  users: ["GET", "/v1/users"],
  user: ["GET", "/v1/users/{id}"],
  segments: ["GET", "/v1/segments"],
  segment: ["GET", "/v1/segments/{id}"],
  popular: ["GET", "/v1/popular"],
  trending: ["GET", "/v1/trending"],
  recordEvents: ["POST", "/v1/events"],
  events: ["GET", "/v1/events"],
  attribution: ["GET", "/v1/attribution"],
  runs: ["GET", "/v1/runs"],
  run: ["GET", "/v1/runs/{name}"],
  curves: ["GET", "/v1/runs/{name}/curves"],
  swapRun: ["POST", "/v1/runs/{name}/swap"],
  projects: ["GET", "/v1/projects"],
  study: ["GET", "/v1/studies/{name}"],
  audit: ["GET", "/v1/audit/{run}"],
  chains: ["GET", "/v1/chains"],
  editChain: ["PUT", "/v1/chains/{subject}/{id}"],
  askChain: ["POST", "/v1/chains/{subject}/{id}/ask"],
  dataset: ["GET", "/v1/dataset"],
} as const satisfies Readonly<Record<string, readonly ["GET" | "POST" | "PUT" | "DELETE", `/v1/${string}`]>>;

export type OperationName = keyof typeof ADDRESSES;

/** The files of a run that `isrf export-web` wrote into its folder `web`, of which browsers answer: `BROWSER_FILES`. */
export const BROWSER_MODEL = "/v1/runs/{name}/browser/{file}";

export const BROWSER_FILES = ["model.onnx", "tables.bin", "catalogue.json"] as const;

/** Files of the onnxruntime-web that is installed beside the server. */
export const BROWSER_RUNTIME = "/ort/{version}/{file}";

/**
 * Server-sent events while a training runs: after the event `open` each `data:` line is one point of `curves`. The
 * stream ends with the training.
 */
export const LIVE_CURVES = "/v1/runs/{name}/curves/live";
