// The exported model in this page: the module that exports bring along, on files of the run and the onnxruntime-web that
// is installed beside the server. Loaded by this page alone.

import { openRecommender } from "isrf-recommend";
import type { OnnxRuntime, Recommender } from "../../../../src/browser/api.ts";
import { BROWSER_MODEL, BROWSER_RUNTIME } from "../../../../src/server/contract/addresses.ts";
import { accessKey } from "../../asking/access-key.ts";

export interface OpenedModel {
  readonly recommender: Recommender;
  /** From the first request to the first answer that is possible. */
  readonly seconds: number;
}

export async function openModel(run: string, runtime: string): Promise<OpenedModel> {
  const started = performance.now();
  const folder = BROWSER_RUNTIME.replace("{version}", encodeURIComponent(runtime));
  const ort = (await import(
    /* @vite-ignore */ new URL(folder.replace("{file}", "ort.wasm.min.mjs"), location.href).href
  )) as OnnxRuntime & { readonly env: { readonly wasm: { wasmPaths?: string; numThreads?: number } } };
  ort.env.wasm.wasmPaths = new URL(folder.replace("{file}", ""), location.href).href;
  // More threads need headers that keep other things out of the page.
  ort.env.wasm.numThreads = 1;
  const recommender = await openRecommender({ ort, read: (file) => fileOf(run, file) });
  return { recommender, seconds: (performance.now() - started) / 1000 };
}

async function fileOf(run: string, file: string): Promise<Uint8Array> {
  const address = BROWSER_MODEL.replace("{name}", encodeURIComponent(run)).replace("{file}", file);
  const key = accessKey.value;
  const response = await fetch(address, key === "" ? {} : { headers: { authorization: `Bearer ${key}` } });
  if (!response.ok) throw new Error(`${file}: the server answered ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}
