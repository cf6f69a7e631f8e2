// Changing what was reasoned: a person writes a text anew, or a chain is asked for again. The journal stays as it is;
// what stands in its answers' places is written beside it, with who wanted it and what stood there before.
import { access, constants } from "node:fs/promises";
import { join } from "node:path";
import { OperationError, UsageError } from "../../base/errors.ts";
import { exists } from "../../base/files.ts";
import { reasonOf } from "../../base/system-errors.ts";
import { type Dataset, splitOf } from "../../data/index.ts";
import {
  addRevisions,
  baseOf,
  fromCalls,
  Journal,
  journalPath,
  promptsOf,
  type Reasoner,
  type ReasoningManifest,
  type ReasonReply,
  type ReasonRequest,
  type Revision,
  type Revisions,
  readReasoningManifest,
  readRevisions,
  reasonerSettings,
  STEPS,
  type StandingChain,
  type Step,
  type Subject,
  standingChain,
  walkChain,
} from "../../reasoning/index.ts";
import { makeReasoner } from "./reasoners.ts";
import { writingAnswers } from "./writing-answers.ts";

/** One chain of a dataset. */
export interface ChainPlace extends Pick<Subject, "kind" | "index"> {
  readonly dataset: Dataset;
}

/** Somebody changed the text, or the data, since they were looked at. */
export class ChangedMeanwhile extends OperationError {}

export interface ChainEdit extends ChainPlace {
  readonly step: Step;
  readonly text: string;
  /** What the person saw there: where something else stands by now, nothing is changed. */
  readonly former: string;
  readonly by: string;
}

export interface ChainQuestion extends ChainPlace {
  /** The first text to be asked for; those before it stay, and the question tells them. */
  readonly from: Step;
  readonly by: string;
  /** How often this was tried without success: another try gets another seed. */
  readonly failures?: number | undefined;
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears what is asked next. */
  readonly onStep?: ((step: Step, reasoner: Reasoner) => void) | undefined;
}

/** Why texts of this dataset cannot be changed here; undefined where they can. */
export async function whyFixed({ directory }: Dataset): Promise<string | undefined> {
  for (const folder of [directory, join(directory, "reasoning")]) {
    const refusal = await access(folder, constants.W_OK).then(
      () => undefined,
      (error: unknown) => `${folder}: ${reasonOf(error)}.`,
    );
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/**
 * Write one text anew.
 * @throws ChangedMeanwhile where another text stands there; UsageError where it is the very text; InputError where
 * nothing was reasoned or files are damaged; OperationError where the folder may not be written.
 */
export async function editChain(edit: ChainEdit): Promise<void> {
  const { dataset, kind, step, former, by } = edit;
  const text = edit.text.replace(/\s+/g, " ").trim();
  if (text === "") throw new UsageError("text: expected words, found none.");
  await revising(dataset, async (revisions, manifest) => {
    const { standing, answered, subject } = await chainAt(edit, manifest, revisions);
    const present = standing[step] ?? "";
    if (present === text) throw new UsageError("text: these are the words that stand there.");
    if (present !== former && standing[step] !== undefined) {
      throw new ChangedMeanwhile("Another text stands there by now; nothing was changed. Read it, then edit again.");
    }
    const base = baseOf(answered[step]);
    const place = { subjectKind: kind, subjectId: subject.id, step };
    return [
      { ...place, text, former: present, base, how: "edited", by, at: new Date().toISOString(), ...NOTHING_ASKED },
    ];
  });
}

/**
 * Ask for the texts of a chain from one of them on, by whoever wrote the dataset's texts, with the settings of then;
 * returns the steps whose text is another now. Only a whole answer is kept.
 * @throws OperationError where there is no usable answer; ChangedMeanwhile; else as `editChain`.
 */
export async function askAgain(question: ChainQuestion): Promise<readonly Step[]> {
  const { dataset, kind, from, by } = question;
  const manifest = await manifestOf(dataset);
  const revisions = await readRevisions(dataset.directory);
  const before = await chainAt(question, manifest, revisions);
  const reasoner = reasonerOf(question, manifest);
  const replies = await askedFrom(question, manifest, reasoner, before, revisions);
  const changed: Step[] = [];
  await revising(dataset, async (known) => {
    const now = await chainAt(question, manifest, known);
    if (STEPS.some((step) => now.standing[step] !== before.standing[step])) {
      throw new ChangedMeanwhile(`Somebody changed these texts while they were asked for; nothing was changed.`);
    }
    const at = new Date().toISOString();
    return STEPS.flatMap((step): Revision[] => {
      const reply = replies.get(step);
      const text = reply?.text.trim() ?? "";
      if (reply === undefined || text === now.standing[step]) return [];
      changed.push(step);
      const place = { subjectKind: kind, subjectId: now.subject.id, step };
      const words = { text, former: now.standing[step] ?? "", base: baseOf(now.answered[step]) };
      return [{ ...place, ...words, how: "asked again", by, writer: reasoner.label, at, ...takenBy(reply) }];
    });
  });
  return STEPS.filter((step) => STEPS.indexOf(step) >= STEPS.indexOf(from) && changed.includes(step));
}

/** Puts the questions in turn. @throws OperationError at the first one without a usable answer. */
async function askedFrom(
  { dataset, kind, from, failures = 0, signal, onStep }: ChainQuestion,
  manifest: ReasoningManifest,
  reasoner: Reasoner,
  { subject, standing }: StandingChain,
  revisions: Revisions,
): Promise<ReadonlyMap<Step, ReasonReply>> {
  const replies = new Map<Step, ReasonReply>();
  const asked = revisions.about(kind, subject.id).filter(({ how }) => how === "asked again");
  const wording = { domain: dataset.manifest.domain, prompts: promptsOf(manifest, dataset.directory) };
  const call = async (request: ReasonRequest) => {
    onStep?.(request.step, reasoner);
    const attempt = 1 + failures + asked.filter(({ step }) => step === request.step).length;
    return reasoner.complete({ ...request, attempt }, signal);
  };
  const ask = fromCalls(call, (step, reply) => {
    if (reply.text.trim() === "") throw new OperationError(uselessReply(step, reply, reasoner));
    replies.set(step, reply);
  });
  await walkChain(subject, wording, async (request) => {
    const known = standing[request.step];
    if (STEPS.indexOf(request.step) < STEPS.indexOf(from) && known !== undefined) return known;
    return ask(request);
  });
  return replies;
}

const SHOWN_RAW = 300;

function uselessReply(step: Step, { flaws = [], raw = "" }: ReasonReply, { label }: Reasoner): string {
  const words = raw.length > SHOWN_RAW ? `${raw.slice(0, SHOWN_RAW)}...` : raw;
  const why = flaws.length === 0 ? "empty" : flaws.join(", then ");
  return `${label} gave no usable text for "${step}" (${why})${words === "" ? "" : `; the last reply: ${words}`}`;
}

/** Who wrote the dataset's texts, patient for as long as a person waits. */
function reasonerOf({ dataset, environment = process.env }: ChainQuestion, manifest: ReasoningManifest): Reasoner {
  const { provider, model, parameters } = manifest;
  const spec = provider === "offline" ? provider : `${provider}:${model}`;
  const settings = reasonerSettings.parse(parameters);
  // The manifest does not say which language was wanted: the person who reads the text does.
  const patience = { language: "any", tries: 2, giveUpMinutes: 1, concurrency: 1 } as const;
  const { anyModel = false } = manifest;
  const isKeyedByName = parameters.file === undefined;
  const options = { ...settings, ...patience, anyModel, isKeyedByName };
  const reasoner = makeReasoner(spec, dataset, splitOf(dataset), options, environment);
  if (reasoner.parameters.file === parameters.file) return reasoner;
  throw new OperationError(`${model}: the file of that name is another one now than the one that wrote the texts.`);
}

/** Nobody replaces the dataset meanwhile, and nobody else revises. */
function revising(
  dataset: Dataset,
  make: (known: Revisions, manifest: ReasoningManifest) => Promise<readonly Revision[]>,
): Promise<void> {
  const command = "isrf serve";
  return writingAnswers(dataset.directory, command, async () => {
    const manifest = await manifestOf(dataset);
    await addRevisions(dataset.directory, command, (known) => make(known, manifest));
  });
}

async function manifestOf(dataset: Dataset): Promise<ReasoningManifest> {
  const manifest = await readReasoningManifest(dataset.directory);
  if (manifest.datasetHash === dataset.hash) return manifest;
  throw new ChangedMeanwhile(
    `${dataset.directory}: the texts there are of other data than those that are served; nothing was changed.`,
  );
}

async function chainAt(place: ChainPlace, manifest: ReasoningManifest, revisions: Revisions): Promise<StandingChain> {
  const path = journalPath(place.dataset.directory);
  using journal = (await exists(path)) ? Journal.read(path) : undefined;
  return await standingChain(journal, place.dataset, manifest, revisions, place);
}

const NOTHING_ASKED = { calls: 0, promptTokens: 0, completionTokens: 0, milliseconds: 0, flaws: [] };

function takenBy(reply: ReasonReply) {
  const { calls = 1, promptTokens, cachedTokens, completionTokens, milliseconds, flaws = [] } = reply;
  return { calls, promptTokens, cachedTokens, completionTokens, milliseconds, flaws: [...flaws] };
}
