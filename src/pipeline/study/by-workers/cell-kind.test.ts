import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../../../test/support/temporary.ts";
import { CancelledError } from "../../../base/errors.ts";
import { silent } from "../../../base/progress.ts";
import { Kept } from "../../work/kept.ts";
import { cellKind } from "./cell-kind.ts";

it("waits for the lock of a worker that was killed elsewhere, which costs no try", async () => {
  const out = await temporaryDirectory();
  const id = "shop-sasrec";
  await mkdir(join(out, "cells", id), { recursive: true });
  // As of another machine: nobody here can tell whether its process lives.
  await writeFile(join(out, "cells", id, ".lock"), "{}");
  const none = { seeds: [1], trials: [{}], resolved: [{}] };
  const system = { label: "sasrec", model: "sasrec", preset: "tiny", protocol: "strict" as const, ...none };
  const cell = { id, dataset: "shop", trial: 0, seed: 1, system };
  const payload = { out, cell, dataset: join(out, "shop"), embeddings: "lsa", shareGib: 0 };
  const context = { report: silent, progress: () => {}, kept: new Kept(), objects: undefined, cache: out, threads: 1 };
  const running = cellKind.run(cellKind.payload.parse(payload), { ...context, signal: AbortSignal.timeout(200) });
  await expect(running).rejects.toThrow(CancelledError);
  await expect(running).rejects.toThrow("stopped while another process was writing there");
});
