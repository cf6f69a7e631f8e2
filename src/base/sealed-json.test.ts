import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { directoryWith, temporaryDirectory } from "../../test/support/temporary.ts";
import { DamageError } from "./checksums.ts";
import { readSealedJson, writeSealedJson } from "./sealed-json.ts";

const VALUE = { format: 1, figures: { loss: 0.1 + 0.2, words: ["\u2028", `a "checksum": "${"0".repeat(64)}"`] } };

it("gives back what was written, and says that it is vouched for", async () => {
  const path = join(await temporaryDirectory(), "record.json");
  await writeSealedJson(path, VALUE);
  expect(await readSealedJson(path, "Again.")).toEqual({ value: VALUE, isSealed: true });
  expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject(VALUE);
});

it("notices every one of all single bits, and every cut", async () => {
  const path = join(await temporaryDirectory(), "record.json");
  await writeSealedJson(path, { a: 1, b: [true] });
  const whole = await readFile(path);
  for (let bit = 0; bit < whole.length * 8; bit++) {
    const bytes = Buffer.from(whole);
    bytes[bit >> 3]! ^= 1 << (bit & 7);
    await writeFile(path, bytes);
    await expect(readSealedJson(path, "Again."), `bit ${bit}`).rejects.toThrow(DamageError);
  }
  for (let length = 0; length < whole.length; length++) {
    await writeFile(path, whole.subarray(0, length));
    await expect(readSealedJson(path, "Again."), `length ${length}`).rejects.toThrow(path);
  }
});

it("opens what an older version wrote, unchecked", async () => {
  const path = join(await directoryWith({ "old.json": JSON.stringify(VALUE, null, 2) }), "old.json");
  expect(await readSealedJson(path, "Again.")).toEqual({ value: VALUE, isSealed: false });
});
