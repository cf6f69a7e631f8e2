// The embedding stage: one text per item and user, as unit vectors in one space, under a name.
import type { z } from "zod";
import { hashOfTexts } from "../../base/hash-of-texts.ts";
import { mendDirectory } from "../../base/leftovers.ts";
import { lockBeside, withLock } from "../../base/lock.ts";
import type { Matrix } from "../../base/matrix.ts";
import { productVersion } from "../../base/product-version.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { type Dataset, openedDataset, unlessReplaced } from "../../data/index.ts";
import {
  type EmbeddingsManifest,
  embeddingsDirectory,
  fitWhitening,
  type TextSource,
  whitened,
  writeEmbeddings,
} from "../../embedding/index.ts";
import { type ReasoningManifest, readReasoningManifest } from "../../reasoning/index.ts";
import type { workplaceSettings } from "../work/settings.ts";
import { wantsWorkers } from "../work/workplace.ts";
import { checkEncoderChoice, DEFAULT_ENCODER, type EncoderChoice, encoderName, encodeSides } from "./encode-sides.ts";
import { embedSettings } from "./settings.ts";
import { readTexts } from "./texts.ts";

export interface EmbedOptions
  extends EncoderChoice,
    Omit<Given<typeof embedSettings>, "encoder">,
    Pick<Given<typeof workplaceSettings>, "workers" | "queue" | "objects"> {
  /** Its directory, or the dataset opened. */
  readonly dataset: string | Dataset;
  /** Said in the manifest. Default: whoever calls, who is not known. */
  readonly madeBy?: EmbeddingsManifest["madeBy"];
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface EmbedResult {
  readonly directory: string;
  readonly manifest: EmbeddingsManifest;
  readonly seconds: number;
}

/**
 * Embed a dataset's texts into `dataset/embeddings/NAME/`, replacing what is there only when done. An interrupted
 * encoding by a transformer or a server goes on where it stopped.
 * With `workers`, `queue` or `objects`, others encode, with the servers of their own environments: the vectors are the
 * same.
 * @throws UsageError for a name that is no folder name, an option that the encoder does not have, or workers for one
 * that looks at all texts at once; InputError when chain texts are asked for and nothing has been reasoned;
 * CancelledError when stopped; and what `encodeSides` throws.
 */
export async function embed(options: EmbedOptions): Promise<EmbedResult> {
  const { encoder = DEFAULT_ENCODER, report = silent, signal } = options;
  const settings = settingsOf("embed", embedSettings.omit({ encoder: true }), options);
  const { itemText, userText, whiten, seed } = settings;
  const start = performance.now();
  const isShared = wantsWorkers(options);
  checkEncoderChoice(options, isShared);
  const name = settings.name ?? defaultName(encoderName(options), settings);
  const dataset = await openedDataset(options.dataset, report);
  // A bad name should not cost the work.
  const target = embeddingsDirectory(dataset.directory, name);
  report({
    kind: "stage",
    stage: "embed",
    detail: `${typeof encoder === "string" ? encoder : encoder.kind}, items by ${itemText}, users by ${userText}`,
  });
  // Locked from the first text on: two that encode the same would pay twice.
  const only = { command: "isrf embed", unless: unlessReplaced(dataset.directory) };
  return withLock(lockBeside(target), only, async () => {
    await mendDirectory(target, { report, holdsLock: true });
    const texts = await readTexts(dataset, { itemText, userText }, report);
    const encoded = await encodeSides(options, {
      itemTexts: texts.items,
      userTexts: texts.users,
      target,
      seed,
      whiten,
      workers: isShared ? options : undefined,
      report,
      signal,
    });
    const whitening = whiten === 0 ? undefined : await fitWhitening(encoded.items, whiten, signal);
    const asKept = async (side: Matrix) => (whitening === undefined ? side : whitened(side, whitening, signal));
    const [items, users] = [await asKept(encoded.items), await asKept(encoded.users)];
    const reasoning = texts.reasoning && (await readReasoningManifest(dataset.directory));
    const manifest: EmbeddingsManifest = {
      format: 1,
      kind: "embeddings",
      name,
      encoder: encoded.encoder,
      textsBy: texts.reasoning?.source ?? "attributes",
      madeBy: options.madeBy,
      items: sideOf(itemText, texts.items, items, texts.reasoning?.coverage.items),
      users: sideOf(userText, texts.users, users, texts.reasoning?.coverage.users),
      reasoning,
      userHistory: userText === "attributes" ? undefined : userHistory(reasoning, report),
      dimensions: items.columns,
      whiten: whitening && { power: whiten, from: encoded.items.columns },
      seed,
      datasetHash: dataset.hash,
      productVersion: productVersion(),
      seconds: (performance.now() - start) / 1000,
    };
    tellOfEmptyRows(manifest, report);
    const directory = await writeEmbeddings(dataset.directory, { items, users, manifest, whitening });
    await encoded.finish();
    return { directory, manifest, seconds: (performance.now() - start) / 1000 };
  });
}

function defaultName(
  encoder: string,
  { itemText, userText, whiten }: Pick<z.output<typeof embedSettings>, "itemText" | "userText" | "whiten">,
): string {
  const texts = itemText === "feature" && userText === "feature" ? "" : `-${itemText}-${userText}`;
  return `${encoder}${texts}${whiten === 0 ? "" : "-whitened"}`;
}

/** "full" where held-out items stand in the texts. */
function userHistory(reasoning: ReasoningManifest | undefined, report: Report): "full" | undefined {
  if (reasoning?.historySource !== "full") return undefined;
  const message =
    "The user texts were made from full histories, held-out items included: whatever is trained with these vectors leaks, and its evaluations say so (docs/protocols.md, L5).";
  report({ kind: "warning", message });
  return "full";
}

/** Share of rows of zeros from which it is told. */
const MANY_EMPTY = 0.1;

function tellOfEmptyRows({ encoder, ...sides }: EmbeddingsManifest, report: Report): void {
  for (const side of ["items", "users"] as const) {
    const { count, emptyRows } = sides[side];
    if (emptyRows <= MANY_EMPTY * count) continue;
    const message = `${emptyRows} of ${count} ${side} have no vector but zeros: their texts are blank, or have no word that ${encoder.kind} knows, and nothing can be told of them by texts. Titles, categories and descriptions help (docs/encoders.md).`;
    report({ kind: "warning", message });
  }
}

function sideOf(
  text: TextSource,
  texts: readonly string[],
  vectors: Matrix,
  coverage = 1,
): EmbeddingsManifest["items"] {
  let emptyRows = 0;
  for (let r = 0; r < vectors.rows; r++) {
    if (vectors.data.subarray(r * vectors.columns, (r + 1) * vectors.columns).every((value) => value === 0))
      emptyRows++;
  }
  const covered = text === "attributes" ? 1 : coverage;
  return { text, count: texts.length, coverage: covered, emptyRows, textHash: hashOfTexts(texts) };
}
