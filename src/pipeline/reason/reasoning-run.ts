// One run's way through the chains: from the journal, else claimed, asked and recorded.
import { stopIf } from "../../base/errors.ts";
import { sha256 } from "../../base/files.ts";
import { silent } from "../../base/progress.ts";
import {
  type Answer,
  BudgetReached,
  emptyTally,
  fromJournal,
  fromReasoner,
  isComplete,
  type Journal,
  KeyCollector,
  type KeyListener,
  type PartialChain,
  type PromptSet,
  REASONING_STOPPED,
  type ReasoningManifest,
  type ReasonRequest,
  type Subject,
  type Wording,
  walkChain,
  writeReasoningManifest,
} from "../../reasoning/index.ts";
import { runLanes } from "./lanes.ts";
import { Pulse } from "./pulse.ts";
import { reasonSettings } from "./settings.ts";
import type { SimilarSubjects } from "./similar-subjects.ts";
import type { AskElsewhere, ReasoningWork } from "./work.ts";

const DEFAULTS = reasonSettings.parse({});

export class ReasoningRun implements Disposable {
  readonly tally = emptyTally();
  readonly keys: KeyCollector;
  readonly pulse: Pulse;
  /** Subjects with a text that was adapted from another one's. */
  readonly adapted = { item: new Set<number>(), user: new Set<number>() };
  private readonly wording: Wording;
  private readonly ask: Answer;
  /** What the journal held when workers had asked. */
  private readonly recalled = emptyTally();
  /** What this process is at. */
  private readonly claimed = new Set<string>();
  private current: Promise<void> | undefined;

  constructor(
    private readonly journal: Journal,
    prompts: PromptSet,
    readonly options: ReasoningWork,
    private readonly manifest: ReasoningManifest,
    readonly similar: SimilarSubjects,
  ) {
    const { dataset, reasoner, attempts = DEFAULTS.attempts, signal } = options;
    this.keys = new KeyCollector(dataset);
    this.wording = { domain: dataset.manifest.domain, prompts };
    const onAnswered: KeyListener = (request, key, isAdapted) => {
      this.keys.add(request, key);
      if (isAdapted === true) this.adapted[request.subject.kind].add(request.subject.index);
    };
    const isRecallOnly = options.askElsewhere !== undefined;
    const tally = isRecallOnly ? this.recalled : this.tally;
    const how = { prompts, attempts, onAnswered, adapting: similar, isRecallOnly, signal };
    this.ask = fromReasoner({ journal, reasoner, tally, ...how });
    this.pulse = new Pulse(options.reasoner, options.report ?? silent, () => this.note);
  }

  [Symbol.dispose](): void {
    this.pulse[Symbol.dispose]();
  }

  /**
   * All items or all users: those that are asked about, then those that take their texts.
   * @param features the items' FEATURE texts, which questions about users quote.
   * @returns why not all was asked; undefined where all was.
   */
  async wave(
    unit: "items" | "users",
    indices: readonly number[],
    subjectAt: (index: number) => Subject,
    into: PartialChain[],
    features: readonly (string | undefined)[] = [],
  ): Promise<BudgetReached | undefined> {
    const phases = this.similar.phasesOf(unit, indices);
    let end: BudgetReached | undefined;
    let before = 0;
    for (const phase of phases) {
      const reached = before + phase.length;
      const part = phases.length === 1 ? {} : { among: new Set(phase), reached };
      end ??= await this.askElsewhere({ wave: unit, features, ...part });
      await this.chains(unit, phase, subjectAt, into, { before, total: indices.length });
      before = reached;
    }
    return end;
  }

  /** Has workers ask, where there are any, before `chains` finds the answers in the journal. */
  private async askElsewhere(
    wave: Omit<Parameters<AskElsewhere>[0], "journal" | "tally" | "adapting">,
  ): Promise<BudgetReached | undefined> {
    const { journal, tally, similar: adapting } = this;
    try {
      await this.options.askElsewhere?.({ ...wave, journal, tally, adapting });
      return undefined;
    } catch (error) {
      if (error instanceof BudgetReached) return error;
      throw error;
    }
  }

  private async chains(
    unit: "items" | "users",
    indices: readonly number[],
    subjectAt: (index: number) => Subject,
    into: PartialChain[],
    { before, total }: { readonly before: number; readonly total: number },
  ): Promise<void> {
    const { reasoner, signal, askElsewhere } = this.options;
    const isOurs = askElsewhere === undefined;
    const { kind, model, parameters } = reasoner;
    const { adaptItems, adaptUsers } = this.similar;
    const known = fromJournal(this.journal, { kind, model, parameters, adaptItems, adaptUsers });
    const work = async (index: number): Promise<boolean> => {
      const subject = subjectAt(index);
      const walk = async () => {
        into[index] = await this.walk(subject);
        return true;
      };
      return reasoner.isCostly === true && isOurs ? this.exclusively(subject, known, walk) : walk();
    };
    // What was asked elsewhere was told then.
    const onDone = (done: number) => (isOurs ? this.pulse.tell(unit, before + done, total) : undefined);
    await onDone(0);
    await runLanes(indices, { lanes: reasoner.concurrency, work, onDone, signal });
    if (isOurs) return;
    const { tally, recalled } = this;
    tally.reused = recalled.reused - (tally.asked - tally.failed);
    tally.givenUp = recalled.givenUp;
    tally.adapted = recalled.adapted;
  }

  /**
   * One chain, from the journal or asked. `onText` hears of the texts so far as they are found.
   * @throws what the reasoner throws: texts before that are kept.
   */
  async walk(subject: Subject, onText: (texts: PartialChain) => void = () => {}): Promise<PartialChain> {
    let texts: PartialChain = {};
    try {
      return await walkChain(subject, this.wording, async (request) => {
        const text = await this.ask(request);
        if (text === undefined) return undefined;
        texts = { ...texts, [request.step]: text };
        onText(texts);
        return text;
      });
    } finally {
      if (texts.positive !== undefined) await this.makeCurrent();
    }
  }

  /** @throws CancelledError when the run is to stop. */
  stopIfAsked(): void {
    stopIf(this.options.signal, REASONING_STOPPED);
  }

  /** Answers that were given are on disk. */
  commit(): void {
    this.journal.flush();
  }

  /** Whether later stages read this run's texts. */
  get isCurrent(): boolean {
    return this.current !== undefined;
  }

  /**
   * From the first text on, later stages read this run's: a run that gets no answer displaces no earlier one, and a
   * sample never does.
   */
  private async makeCurrent(): Promise<void> {
    if (this.options.onlyUsers !== undefined) return;
    this.current ??= writeReasoningManifest(this.options.dataset.directory, this.manifest);
    await this.current;
  }

  /** `walk` unless another process is at this chain; a chain that is already whole needs no claim. */
  private async exclusively(
    subject: Subject,
    known: Parameters<typeof walkChain>[2],
    walk: () => Promise<boolean>,
  ): Promise<boolean> {
    let first: ReasonRequest | undefined;
    const chain = await walkChain(subject, this.wording, (request) => {
      first ??= request;
      return known(request);
    });
    if (isComplete(chain)) return walk();
    const { kind, model } = this.options.reasoner;
    // By its words, not its subject: whoever has the same question finds the answers when this chain is done.
    const claim = sha256(JSON.stringify([first!.system, first!.prompt, kind, model]));
    if (this.claimed.has(claim) || !this.journal.claim(claim)) return false;
    this.claimed.add(claim);
    try {
      return await walk();
    } finally {
      this.claimed.delete(claim);
      this.journal.release(claim);
    }
  }

  private get note(): string {
    const flaws = Object.entries(this.tally.flaws).map(([flaw, n]) => `${n} ${flaw}`);
    const parts = [this.options.reasoner.note?.(), flaws.length === 0 ? undefined : `unusable: ${flaws.join(", ")}`];
    return parts.filter((part) => part !== undefined).join("  ");
  }
}
