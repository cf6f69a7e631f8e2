import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { CancelledError, OperationError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { matrix } from "../../base/matrix.ts";
import type { ProgressEvent } from "../../base/progress.ts";
import { encodeTexts } from "./encode-texts.ts";
import type { PretrainedEncoder } from "./encoder.ts";
import { PartialVectors } from "./partial-vectors.ts";

interface Fake extends PretrainedEncoder {
  /** Texts that were really encoded, in order. */
  readonly encoded: string[];
  mostAtOnce: number;
}

/** Two texts a batch; a text's vector is [length, first letter]. `refuse` makes a text fail. */
function fake({ concurrency = 1, refuse = "", widths = (_: string): number => 2, model = "m" } = {}): Fake {
  let atOnce = 0;
  const encoder: Fake = {
    kind: "ollama",
    options: { model },
    concurrency,
    encoded: [],
    mostAtOnce: 0,
    async prepare(texts) {
      const batches = Array.from({ length: Math.ceil(texts.length / 2) }, (_, b) =>
        [2 * b, 2 * b + 1].filter((i) => i < texts.length),
      );
      return {
        batches,
        async encode(batch) {
          encoder.mostAtOnce = Math.max(encoder.mostAtOnce, ++atOnce);
          await new Promise((resolve) => setTimeout(resolve, 1));
          atOnce--;
          const some = batches[batch]!.map((i) => texts[i]!);
          if (some.includes(refuse)) throw new OperationError(`cannot encode ${refuse}`);
          encoder.encoded.push(...some);
          const width = widths(some[0]!);
          const rows = some.map((text) => [text.length, text.codePointAt(0)!, 0, 0].slice(0, width));
          return matrix(some.length, width, Float32Array.from(rows.flat()));
        },
      };
    },
    async dispose() {},
  };
  return encoder;
}

const TEXTS = ["ab", "c", "", "ab", "def", "  ", "g", "hi"];
const EXPECTED = [2, 97, 1, 99, 0, 0, 2, 97, 3, 100, 0, 0, 1, 103, 2, 104];

const partial = async () => join(await temporaryDirectory(), ".x.progress");

it("encodes each distinct text once and leaves zeros for blank ones", async () => {
  const encoder = fake();
  const { data, rows, columns } = await encodeTexts(encoder, TEXTS, { partialPath: await partial() });
  expect([rows, columns]).toEqual([8, 2]);
  expect([...data]).toEqual(EXPECTED);
  expect(encoder.encoded).toEqual(["ab", "c", "def", "g", "hi"]);
});

it("keeps as many batches in flight as the encoder allows, and puts each where it belongs", async () => {
  const encoder = fake({ concurrency: 3 });
  expect([...(await encodeTexts(encoder, TEXTS, { partialPath: await partial() })).data]).toEqual(EXPECTED);
  expect(encoder.mostAtOnce).toBe(3);
});

it("goes on after an error with what is missing, and ends with the same bits", async () => {
  const partialPath = await partial();
  await expect(encodeTexts(fake({ refuse: "hi" }), TEXTS, { partialPath })).rejects.toThrow("cannot encode hi");
  const second = fake();
  const messages: string[] = [];
  const { data } = await encodeTexts(second, TEXTS, {
    partialPath,
    report: (event) => event.kind === "notice" && messages.push(event.message),
  });
  expect([...data]).toEqual(EXPECTED);
  expect(second.encoded).toEqual(["hi"]);
  expect(messages).toEqual(["continuing: 4 of 5 distinct texts are encoded already."]);
});

it("takes nothing over from another model or other texts", async () => {
  const partialPath = await partial();
  await encodeTexts(fake(), TEXTS, { partialPath });
  const other = fake({ model: "n" });
  await encodeTexts(other, TEXTS, { partialPath });
  expect(other.encoded.length).toBe(5);
  const again = fake({ model: "n" });
  await encodeTexts(again, [...TEXTS, "new"], { partialPath });
  expect(again.encoded.length).toBe(6);
});

it("says how much of other texts' work it drops", async () => {
  const partialPath = await partial();
  const messages: string[] = [];
  const report = (event: ProgressEvent) => void (event.kind === "warning" && messages.push(event.message));
  await encodeTexts(fake(), TEXTS, { partialPath, report });
  await encodeTexts(fake(), ["new"], { partialPath, report });
  // Three batches of 16 bytes before their vectors, which are five of eight bytes.
  expect(messages).toEqual([expect.stringMatching(/texts are others than those of which 88 bytes .* are dropped/)]);
});

it("takes over what an older version kept at another place, where it is the same work, and leaves it where not", async () => {
  const formerPath = await partial();
  const partialPath = `${formerPath}.own`;
  await expect(encodeTexts(fake({ refuse: "hi" }), TEXTS, { partialPath: formerPath })).rejects.toThrow(
    "cannot encode hi",
  );
  const kept = await readFile(formerPath);
  const other = fake({ model: "n" });
  await encodeTexts(other, TEXTS, { partialPath: `${formerPath}.other`, formerPath });
  expect(other.encoded.length).toBe(5);
  expect(await readFile(formerPath)).toEqual(kept);
  const again = fake();
  expect([...(await encodeTexts(again, TEXTS, { partialPath, formerPath })).data]).toEqual(EXPECTED);
  expect(again.encoded).toEqual(["hi"]);
  expect(await exists(formerPath)).toBe(false);
});

it("takes over what was kept before the tokenizer was written down", async () => {
  const formerPath = await partial();
  await encodeTexts(fake(), TEXTS, { partialPath: formerPath });
  const now = { ...fake(), options: { model: "m", lowerCase: false, tokenizer: "1f" } };
  const partialPath = `${formerPath}.own`;
  for (let call = 0; call < 2; call++) {
    expect([...(await encodeTexts(now, TEXTS, { partialPath, formerPath })).data]).toEqual(EXPECTED);
    expect(now.encoded).toEqual([]);
  }
});

it("stops between two batches and keeps those that are done", async () => {
  const partialPath = await partial();
  const abort = new AbortController();
  const stopped = encodeTexts(fake(), TEXTS, {
    partialPath,
    signal: abort.signal,
    report: () => abort.abort(),
  });
  await expect(stopped).rejects.toThrow(CancelledError);
  const second = fake();
  await encodeTexts(second, TEXTS, { partialPath });
  expect(second.encoded).toEqual(["def", "g", "hi"]);
});

it("refuses vectors of two widths", async () => {
  const encoder = fake({ widths: (text) => (text === "hi" ? 3 : 2) });
  await expect(encodeTexts(encoder, TEXTS, { partialPath: await partial() })).rejects.toThrow(/of 2 and of 3 numbers/);
});

it("refuses texts that are all blank", async () => {
  await expect(encodeTexts(fake(), ["", " "], { partialPath: await partial() })).rejects.toThrow(OperationError);
});

it("keeps no vectors of another width, so that the next call goes on with its own", async () => {
  const partialPath = await partial();
  const broken = fake({ widths: (text) => (text === "hi" ? 3 : 2) });
  await expect(encodeTexts(broken, TEXTS, { partialPath })).rejects.toThrow(/of 2 and of 3 numbers/);
  const second = fake();
  expect([...(await encodeTexts(second, TEXTS, { partialPath })).data]).toEqual(EXPECTED);
  expect(second.encoded).toEqual(["hi"]);
});

it("keeps one width where replies of two come at one moment, and says which file holds it", async () => {
  const partialPath = await partial();
  const broken = fake({ concurrency: 3, widths: (text) => (text === "ab" ? 2 : 3) });
  await expect(encodeTexts(broken, TEXTS, { partialPath })).rejects.toThrow(
    `vectors of 2 and of 3 numbers; is it one model? Those of 2 are kept in ${partialPath}: delete it`,
  );
  const second = fake();
  expect([...(await encodeTexts(second, TEXTS, { partialPath })).data]).toEqual(EXPECTED);
  expect(second.encoded).toEqual(["def", "g", "hi"]);
});

it("passes over vectors of another width that an older version kept, and goes on", async () => {
  const partialPath = await partial();
  const one = fake({ refuse: "hi" });
  await expect(encodeTexts(one, TEXTS, { partialPath })).rejects.toThrow("cannot encode hi");
  // A fingerprint, then what the older version wrote behind its first batches.
  const fingerprint = (await readFile(partialPath)).subarray(0, 32).toString("hex");
  const file = await PartialVectors.open(partialPath, fingerprint, () => {});
  await file.add(2, matrix(1, 3));
  await file.close();
  const second = fake();
  for (const encoder of [second, fake({ refuse: "any" })])
    expect([...(await encodeTexts(encoder, TEXTS, { partialPath })).data]).toEqual(EXPECTED);
  expect(second.encoded).toEqual(["hi"]);
});
