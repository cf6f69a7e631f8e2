// A run as a folder that recommends in a browser, from a history and without a server. docs/in-the-browser.md.
import { readdir, realpath, stat, writeFile } from "node:fs/promises";
import { isAbsolute, join, relative, sep } from "node:path";
import { stopIf, UsageError } from "../../base/errors.ts";
import { exists, writeDirectoryAtomic } from "../../base/files.ts";
import { productVersion } from "../../base/product-version.ts";
import { type Report, silent } from "../../base/progress.ts";
import { type Given, settingsOf } from "../../base/settings.ts";
import { onnxModel } from "../../engine/index.ts";
import { type HistoryModel, historyProgram, readHistoryModel } from "../../recommenders/exported/index.ts";
import type { OpenRun } from "../../runs/run.ts";
import { withRun } from "../../runs/with-run.ts";
import { BROWSER_FILES, browserFile, moduleTypes } from "./bundle.ts";
import { type CheckedAnswers, checkAnswers } from "./check.ts";
import { readmeOf } from "./readme.ts";
import { copyRuntime, findRuntime, type Runtime } from "./runtime-files.ts";
import { exportWebSettings } from "./settings.ts";
import { webCatalogue, webSettings, webTables } from "./web-tables.ts";

export interface ExportWebOptions extends Given<typeof exportWebSettings> {
  readonly report?: Report | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface WrittenFile {
  readonly name: string;
  readonly bytes: number;
}

export interface ExportedWeb {
  readonly out: string;
  readonly system: string;
  readonly items: number;
  /** Terms of the page's scores. */
  readonly terms: readonly string[];
  /** Terms of the run that no answer to somebody new has, there as here. */
  readonly absent: readonly string[];
  readonly files: readonly WrittenFile[];
  readonly checked: CheckedAnswers | undefined;
  readonly seconds: number;
}

/** Floats of so many or more are stored by `precision`; biases and norms as they are. */
const HALVES_FROM = 4096;

/** By these a folder is known as an export, which `overwrite` may replace. */
const EXPORTED = ["model.onnx", "tables.bin"] as const;

/**
 * Write the folder `out`. @throws UsageError for a model whose answers need more than a history, or a folder that is
 * there already, unless it is an export and may be replaced; OperationError without onnxruntime-web; and as `openRun`.
 */
export function exportWeb(run: string | OpenRun, options: ExportWebOptions): Promise<ExportedWeb> {
  const settings = settingsOf("export-web", exportWebSettings, options);
  return withRun(run, options, (opened) => write(opened, settings, options), { addedItems: true });
}

type Settings = ReturnType<typeof settingsOf<typeof exportWebSettings>>;

async function write(
  run: OpenRun,
  { out, precision, runtime: copies, webgpu, check, overwrite }: Settings,
  { report = silent, signal }: ExportWebOptions,
): Promise<ExportedWeb> {
  const started = performance.now();
  await refuseOthers(out, overwrite, [run.directory, run.dataset.directory]);
  const evidence = run.recommender.evidence;
  if (evidence === undefined || run.config.model !== "isrf") {
    throw new UsageError(
      `${run.config.model}, preset ${run.config.preset}: only ISRF's answers that are sums of evidence can be exported (isrf, presets tiny and mini).`,
    );
  }
  const runtime = copies ? await findRuntime() : undefined;
  const model = await readHistoryModel(run.directory, run.added?.vectors);
  report({ kind: "stage", stage: "export", detail: model.weights.terms.join(", ") });
  let checked: CheckedAnswers | undefined;
  let files: readonly WrittenFile[] = [];
  await writeDirectoryAtomic(out, async (to) => {
    await writeModel(run, model, to, precision === "float16");
    stopIf(signal, `${out}: stopped before it was written. Run the same command again.`);
    await writePage(to);
    if (runtime !== undefined) await copyRuntime(runtime, join(to, "ort"), webgpu);
    if (check > 0) checked = await checkAnswers(run, to, check);
    files = await sizesIn(to);
    await writeFile(join(to, "README.md"), readmeOf({ ...facts(run, model, runtime), precision, files, checked }));
  });
  const absent = evidence.terms.filter((term) => !(model.weights.terms as readonly string[]).includes(term));
  return {
    out,
    system: run.recommender.name,
    items: run.dataset.items.length,
    terms: model.weights.terms,
    absent,
    files,
    checked,
    seconds: (performance.now() - started) / 1000,
  };
}

/** What stands at `out` is removed when it is replaced, with all that is in it. */
async function refuseOthers(out: string, overwrite: boolean, needed: readonly string[]): Promise<void> {
  if (!(await exists(out))) return;
  if (!overwrite) throw new UsageError(`${out} exists already. Choose another --out or add --overwrite to replace it.`);
  const kept = (what: string) =>
    new UsageError(`${out} exists and ${what}, so --overwrite leaves it alone. Choose another --out.`);
  for (const name of EXPORTED)
    if (!(await exists(join(out, name)))) throw kept("is no folder that isrf export-web wrote");
  for (const directory of needed) if (await isWithin(directory, out)) throw kept(`holds ${directory}`);
}

/** Whether `inner` is `outer` or lies in it, by whatever links. */
async function isWithin(inner: string, outer: string): Promise<boolean> {
  const way = relative(await realpath(outer), await realpath(inner));
  return !(way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way));
}

function facts(run: OpenRun, model: HistoryModel, runtime: Runtime | undefined) {
  return {
    system: run.recommender.name,
    items: run.dataset.items.length,
    terms: model.weights.terms,
    runtime,
    version: productVersion(),
  };
}

async function writeModel(run: OpenRun, model: HistoryModel, to: string, isHalf: boolean): Promise<void> {
  const program = historyProgram(model);
  const terms = await describedTerms(run, model);
  const settings = webSettings(run.recommender.name, model, program, terms);
  const halvesFrom = isHalf ? HALVES_FROM : Number.POSITIVE_INFINITY;
  await writeFile(join(to, "model.onnx"), onnxModel(program.program, { values: program.values, halvesFrom }));
  await writeFile(join(to, "tables.bin"), webTables(settings, model, isHalf));
  await writeFile(join(to, "catalogue.json"), JSON.stringify(webCatalogue(run.dataset.items)));
}

/** Terms as the run describes them, in the order of the weights. */
async function describedTerms({ recommender }: OpenRun, { weights }: HistoryModel) {
  const history = Int32Array.of(0);
  const { terms } = await recommender.evidence!.answer({ userIndex: undefined, history }, 1);
  const known = new Map(terms.map((term) => [term.name, term]));
  return weights.terms.map((name) => {
    const { describes = "", isSilentAtZero = false } = known.get(name) ?? {};
    return { name, describes, isSilentAtZero };
  });
}

async function writePage(to: string): Promise<void> {
  for (const name of Object.keys(BROWSER_FILES)) await writeFile(join(to, name), await browserFile(name));
  await writeFile(join(to, "recommend.d.ts"), await moduleTypes());
}

/** Largest first. */
async function sizesIn(directory: string): Promise<WrittenFile[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const sizes = await Promise.all(
    files.map(async (file) => ({ name: file.slice(directory.length + 1), bytes: (await stat(file)).size })),
  );
  return sizes.sort((a, b) => b.bytes - a.bytes);
}
