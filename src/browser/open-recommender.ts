// Loads the exported files and onnxruntime-web, which lie beside this module, or are handed in.
import type { OnnxRuntime, OpenOptions, OpenRecommender } from "./api.ts";
import type { Feed } from "./history-feeds.ts";
import { WebRecommender } from "./recommender.ts";
import type { Catalogue } from "./web-files.ts";

export const openRecommender: OpenRecommender = async (options = {}) => {
  const { read = fetched } = options;
  const [ort, model, tables, catalogue] = await Promise.all([
    options.ort ?? besideThis(options),
    read("model.onnx"),
    read("tables.bin"),
    read("catalogue.json"),
  ]);
  const session = await ort.InferenceSession.create(model, placeOf(options));
  return new WebRecommender({
    tables,
    catalogue: JSON.parse(new TextDecoder().decode(catalogue)) as Catalogue,
    release: () => session.release(),
    async run(feeds) {
      const results = await session.run(tensors(ort, feeds));
      return new Map(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
    },
  });
};

/** An onnxruntime that was handed in knows best what it has: the one of Node has no wasm. */
function placeOf({ ort, device = ort === undefined ? "wasm" : undefined }: OpenOptions): object {
  return device === undefined ? {} : { executionProviders: [device] };
}

function tensors({ Tensor }: OnnxRuntime, feeds: Readonly<Record<string, Feed>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(feeds).map(([name, { data, dims }]) => {
      const type = data instanceof Int32Array ? "int32" : "float32";
      return [name, new Tensor(type, data, dims)];
    }),
  );
}

async function fetched(name: string): Promise<Uint8Array> {
  const response = await fetch(new URL(name, import.meta.url));
  if (!response.ok)
    throw new Error(`${name}: the server answered ${response.status}. Serve the folder as it was exported.`);
  return new Uint8Array(await response.arrayBuffer());
}

async function besideThis({ device, threads = 1 }: OpenOptions): Promise<OnnxRuntime> {
  const file = device === "webgpu" ? "ort.webgpu.min.mjs" : "ort.wasm.min.mjs";
  const folder = new URL(/* @vite-ignore */ "./ort/", import.meta.url).href;
  const ort = (await import(/* @vite-ignore */ `${folder}${file}`)) as OnnxRuntime & {
    env: { wasm: { wasmPaths?: string; numThreads?: number } };
  };
  ort.env.wasm.wasmPaths = folder;
  ort.env.wasm.numThreads = threads;
  return ort;
}
