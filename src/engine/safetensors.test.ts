import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import fc from "../../test/support/fc.ts";
import { InputError } from "../base/errors.ts";
import { floatTensor, readSafetensors, type TensorData, writeSafetensors } from "./safetensors.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "isrf-safetensors-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A file with this header text and data, built byte by byte from the format description. */
async function rawFile(header: string, data: Uint8Array, length = Buffer.byteLength(header)): Promise<string> {
  const path = join(folder, "raw.safetensors");
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(length));
  await writeFile(path, Buffer.concat([prefix, Buffer.from(header), data]));
  return path;
}

function bytesOf(data: TensorData): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

/** Arbitrary bit patterns, NaN payloads included, as one of the writable array types. */
const anyTensor = fc
  .record({
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
    kind: fc.constantFrom(Float32Array, Float64Array, Int32Array, BigInt64Array, Uint8Array),
    seed: fc.infiniteStream(fc.nat(255)),
  })
  .map(({ shape, kind, seed }) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const bytes = new Uint8Array(count * kind.BYTES_PER_ELEMENT);
    for (let i = 0; i < bytes.length; i++) bytes[i] = seed.next().value as number;
    return { shape, data: new kind(bytes.buffer) as TensorData };
  });

describe("round trip", () => {
  it("returns every tensor bit for bit, with its shape, type and the metadata", async () => {
    const names = fc.string({ minLength: 1, unit: "grapheme" }).filter((name) => name !== "__metadata__");
    const tensors = fc.dictionary(names, anyTensor, { maxKeys: 5 });
    const metadata = fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 });
    await fc.assert(
      fc.asyncProperty(tensors, metadata, async (written, notes) => {
        const path = join(folder, "trip.safetensors");
        await writeSafetensors(path, written, notes);
        const read = await readSafetensors(path);
        expect({ ...read.metadata }).toEqual({ ...notes });
        expect(read.tensors.size).toBe(Object.keys(written).length);
        for (const [name, { shape, data }] of Object.entries(written)) {
          const back = read.tensors.get(name)!;
          expect(back.shape).toEqual(shape);
          expect(back.data.constructor).toBe(data.constructor);
          expect(bytesOf(back.data).equals(bytesOf(data))).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("writes a view's own values, not its whole buffer", async () => {
    const path = join(folder, "view.safetensors");
    await writeSafetensors(path, { a: { shape: [2], data: new Float32Array([9, 1, 2, 9]).subarray(1, 3) } });
    expect([...floatTensor(path, await readSafetensors(path), "a", [2])]).toEqual([1, 2]);
  });

  it("gives equal bytes for equal content in another key order, tensors at multiples of 8 or their size", async () => {
    const [a, b] = [
      { shape: [3], data: new Uint8Array(3) },
      { shape: [1], data: new Float32Array(1) },
    ];
    await writeSafetensors(join(folder, "1"), { a, b });
    await writeSafetensors(join(folder, "2"), { b, a });
    const bytes = await readFile(join(folder, "1"));
    expect(bytes.equals(await readFile(join(folder, "2")))).toBe(true);
    expect(Number(bytes.readBigUInt64LE(0)) % 8).toBe(0);
    expect(bytes.toString("latin1")).toContain('"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}');
  });
});

describe("reading other writers' files", () => {
  it("widens half and brain floats to the values of their bit patterns", async () => {
    // IEEE 754 binary16: 0x3c00 = 1, 0xc000 = -2, 0x0001 = 2^-24, 0x7bff = 65504, 0xfc00 = -Infinity.
    const half = [0x3c00, 0xc000, 0x0001, 0x7bff, 0xfc00];
    // bfloat16: 0x3f80 = 1, 0xc040 = -3.
    const data = new Uint8Array(new Uint16Array([...half, 0x3f80, 0xc040]).buffer);
    const header =
      '{"h":{"dtype":"F16","shape":[5],"data_offsets":[0,10]},"b":{"dtype":"BF16","shape":[2],"data_offsets":[10,14]}}  ';
    const file = await readSafetensors(await rawFile(header, data));
    expect([...floatTensor("", file, "h")]).toEqual([1, -2, 2 ** -24, 65504, -Infinity]);
    expect([...floatTensor("", file, "b")]).toEqual([1, -3]);
  });
});

describe("damaged files are refused with the place and the reason", () => {
  const f32 = (begin: number, end: number, shape = "[1]") =>
    `{"dtype":"F32","shape":${shape},"data_offsets":[${begin},${end}]}`;
  const cases: [string, string, number, RegExp][] = [
    ["a header that is not JSON", "{nope", 0, /JSON header/],
    ["a header that is a list", "[]", 0, /JSON object/],
    ["overlapping tensors", `{"a":${f32(0, 4)},"b":${f32(2, 6)}}`, 6, /"b" at offset 2, expected offset 4/],
    ["a hole", `{"a":${f32(0, 4)},"b":${f32(8, 12)}}`, 12, /offset 8, expected offset 4/],
    ["a shape that contradicts the size", `{"a":${f32(0, 4, "[2]")}}`, 4, /4 bytes at \[0, 4\], expected 8 bytes/],
    ["missing data", `{"a":${f32(0, 4)}}`, 3, /3 bytes of data, expected 4/],
    ["spare data", `{"a":${f32(0, 4)}}`, 5, /5 bytes of data, expected 4/],
    ["a negative shape", `{"a":${f32(0, 4, "[-1]")}}`, 4, /whole numbers/],
    ["an unknown type", '{"a":{"dtype":"F8","shape":[1],"data_offsets":[0,1]}}', 1, /element type "F8"/],
    ["reversed offsets", `{"a":${f32(4, 0)}}`, 4, /-4 bytes/],
    ["metadata that is not text", '{"__metadata__":{"a":1}}', 0, /text values/],
  ];
  it.each(cases)("%s", async (_, header, dataBytes, message) => {
    const path = await rawFile(header, new Uint8Array(dataBytes));
    await expect(readSafetensors(path)).rejects.toThrow(InputError);
    await expect(readSafetensors(path)).rejects.toThrow(message);
  });

  it("refuses every truncation of a good file", async () => {
    const good = join(folder, "good.safetensors");
    await writeSafetensors(good, { a: { shape: [2, 2], data: new Float32Array(4) } }, { k: "v" });
    const bytes = await readFile(good);
    const cut = join(folder, "cut.safetensors");
    for (let length = 0; length < bytes.length; length++) {
      await writeFile(cut, bytes.subarray(0, length));
      await expect(readSafetensors(cut)).rejects.toThrow(InputError);
    }
  });

  it("refuses an absent file and a header length beyond the file", async () => {
    await expect(readSafetensors(join(folder, "absent"))).rejects.toThrow(InputError);
    await expect(readSafetensors(await rawFile("{}", new Uint8Array(), 1e15))).rejects.toThrow(/fits into the file/);
  });

  it("names the tensor that is absent or of another shape", async () => {
    const path = join(folder, "shape.safetensors");
    await writeSafetensors(path, { a: { shape: [2], data: new Float32Array(2) } });
    const file = await readSafetensors(path);
    expect(() => floatTensor(path, file, "b")).toThrow(/float tensor "b"/);
    expect(() => floatTensor(path, file, "a", [1, 2])).toThrow(
      /F32 \[2\], expected a float tensor "a" of shape \[1, 2\]/,
    );
  });
});
