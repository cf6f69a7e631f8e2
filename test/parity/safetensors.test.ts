// Checkpoints between us and Hugging Face, bit for bit.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSafetensors } from "../../src/engine/safetensors.ts";
import { fixturePath } from "./fixture.ts";
import { REWRITTEN, rewriteCheckpoint } from "./rewrite-checkpoint.ts";

const PEERS = join(import.meta.dirname, "../../peers");
const PYTHON = join(PEERS, ".venv/bin/python");

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-parity-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => Buffer.from(buffer, byteOffset, byteLength);

describe("a Hugging Face checkpoint that we read and write", () => {
  it("keeps every tensor bit for bit", async () => {
    const path = join(folder, "kept.safetensors");
    await rewriteCheckpoint(path);
    const [original, written] = [
      await readSafetensors(fixturePath("t5/model.safetensors")),
      await readSafetensors(path),
    ];
    for (const [name, { dtype, shape, data }] of original.tensors) {
      const copy = written.tensors.get(name)!;
      expect([copy.dtype, copy.shape]).toEqual([dtype, shape]);
      expect(bytesOf(copy.data).equals(bytesOf(data))).toBe(true);
    }
    expect(written.metadata).toEqual(original.metadata);
  });

  it("has the bytes that safetensors and transformers were seen to load", async () => {
    const path = join(folder, "bytes.safetensors");
    await rewriteCheckpoint(path);
    expect((await readFile(path)).equals(await readFile(REWRITTEN))).toBe(true);
  });

  it("loads in safetensors and transformers (needs peers/.venv: bash peers/setup.sh)", async (context) => {
    if (!existsSync(PYTHON)) context.skip("no peers/.venv");
    const { stdout } = await promisify(execFile)(PYTHON, [join(PEERS, "check_written.py")]);
    expect(stdout).toContain("bit for bit");
  });
});
