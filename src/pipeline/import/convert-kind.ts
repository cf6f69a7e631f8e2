// The kind of job that turns one text file of interactions into its cells in Parquet.
import { stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { OperationError } from "../../base/errors.ts";
import { sha256, sha256File } from "../../base/files.ts";
import { type Scratch, withScratch } from "../../base/scratch.ts";
import { namingPlace } from "../../base/system-errors.ts";
import { type CellFiles, conversionFormSchema, convertTable, tableCardSchema } from "../../data/index.ts";
import { contentMark, type ObjectStore, S3Files } from "../../objects/index.ts";
import { defineKind } from "../work/kind.ts";
import { objectsAt } from "../work/objects-at.ts";
import { refuseOtherVersion } from "../work/other-version.ts";

export const IMPORT_JOB = "import-file";

/** What the cells depend on. */
const questionSchema = z.strictObject({
  version: z.string(),
  /** What messages call the file: it tells its kind, and stands in what is said of it. */
  name: z.string(),
  /** Hash of a file; tag and length of an object. */
  content: z.string(),
  form: conversionFormSchema,
});

const payloadSchema = z.strictObject({
  /** Of the question. */
  hash: z.string(),
  question: questionSchema,
  /** The same path for all workers, or an address of S3. */
  path: z.string(),
  /** Where cells go, on this machine; null: where the worker's `--objects` says. */
  objects: z.string().nullable(),
});

export type ImportQuestion = z.output<typeof questionSchema>;
export type ImportPayload = z.output<typeof payloadSchema>;

const outcomeSchema = z.union([
  z.strictObject({ card: tableCardSchema, cells: z.array(z.enum(["text", "typed", "listed"])) }),
  z.strictObject({ refused: z.string() }),
]);

export type Outcome = z.output<typeof outcomeSchema>;

export function questionHash(question: ImportQuestion): string {
  return sha256(JSON.stringify(question));
}

/** Objects of a file's cells. What became of it is put last. */
export function cellObjects(hash: string): Readonly<Record<keyof CellFiles | "outcome", string>> {
  const name = (part: string) => `import/${hash}.${part}`;
  return {
    text: name("text.parquet"),
    typed: name("typed.parquet"),
    listed: name("listed.parquet"),
    outcome: name("json"),
  };
}

export function outcomeIn(content: Uint8Array): Outcome {
  return outcomeSchema.parse(JSON.parse(Buffer.from(content).toString()));
}

export const importKind = defineKind({
  name: IMPORT_JOB,
  payload: payloadSchema,
  async run({ hash, question, path, objects: address }, context) {
    const { signal, threads } = context;
    refuseOtherVersion(question.name, "an import", question.version);
    const objects = await objectsAt(address, context);
    const names = cellObjects(hash);
    if ((await objects.facts(names.outcome)) !== undefined) return null;
    await withScratch(async (scratch) => {
      const here = await fileHere(path, question, scratch, signal);
      const folder = dirname(await scratch.path("cells"));
      const place = (name: keyof CellFiles) => join(folder, `${name}.parquet`);
      const found = await convertTable(
        { path: here, name: question.name },
        { form: question.form, place, threads, signal },
      );
      await putOutcome(objects, names, found);
    });
    return null;
  },
});

async function putOutcome(
  objects: ObjectStore,
  names: ReturnType<typeof cellObjects>,
  found: Awaited<ReturnType<typeof convertTable>>,
): Promise<void> {
  const put = (outcome: Outcome) => objects.put(names.outcome, Buffer.from(JSON.stringify(outcome)));
  if ("refused" in found) return void (await put(found));
  const cells = (["text", "typed", "listed"] as const).filter((name) => found[name] !== undefined);
  for (const name of cells) await objects.put(names[name], { file: found[name]! });
  await put({ card: found.card, cells });
}

/** @throws OperationError where another file lies here than the coordinator has seen. */
async function fileHere(
  path: string,
  { content }: ImportQuestion,
  scratch: Scratch,
  signal: AbortSignal,
): Promise<string> {
  if (!path.startsWith("s3://")) {
    await namingPlace(path, () => stat(path));
    if ((await sha256File(path)) === content) return path;
    throw otherFile(path);
  }
  const files = new S3Files({ signal });
  try {
    const facts = await files.facts(path);
    if (contentMark(facts) !== content) throw otherFile(path);
    const copy = await scratch.path(basename(path));
    await files.fetch(facts, copy);
    return copy;
  } finally {
    await files.close();
  }
}

function otherFile(path: string): OperationError {
  return new OperationError(
    `${path}: not what the command has seen there. All workers must see the same files at the same paths, and nobody may change them meanwhile.`,
  );
}
