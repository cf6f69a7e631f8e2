import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { Random } from "../../base/random.ts";
import { ProviderError } from "../../servers/provider-error.ts";
import type { RemoteBatch } from "./batch-api.ts";
import { BatchWaves, type BatchWavesOptions } from "./batch-waves.ts";
import { CallStore } from "./call-store.ts";

/** A batch is made though the reply to its making is lost, and is listed a second and a half later. */
it("waits until a batch is listed whose making was not heard of, instead of making a second one", async () => {
  using store = await CallStore.open(await temporaryDirectory());
  const clock = {
    time: 0,
    now: () => clock.time,
    sleep: async (ms: number) => {
      clock.time += ms;
    },
  };
  const made: { readonly batch: RemoteBatch; readonly at: number }[] = [];
  const api: BatchWavesOptions["api"] = {
    server: "http://s/v1",
    secrets: [],
    upload: async () => "file",
    create: async () => {
      made.push({ batch: { id: `batch_${made.length}`, status: "completed", output_file_id: "out" }, at: clock.time });
      throw new ProviderError("connection", "the connection was lost");
    },
    find: async () => made.find(({ at }) => clock.time - at >= 1500)?.batch,
    get: async () => made[0]!.batch,
    download: async (_, path) => {
      const response = { status_code: 200, body: { ok: true } };
      writeFileSync(path, `${JSON.stringify({ custom_id: "1", response })}\n`);
    },
  };
  const random = Random.of(1);
  const waves = new BatchWaves({ api, store, model: "m", clock, giveUpMs: 60_000, random, tries: 3, remark: () => {} });
  const path = join(store.folder, "mark.jsonl");
  waves.enter([{ mark: "mark", path, ids: ["1"] }]);
  expect(await waves.run(() => {}, new AbortController().signal)).toBe(1);
  expect(made).toHaveLength(1);
});
