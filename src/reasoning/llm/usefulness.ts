// Ends a run whose model gives next to nothing that can be used, before it is paid for a hundred thousand times.
import { OperationError } from "../../base/errors.ts";
import { decimals } from "../../base/written-numbers.ts";
import type { ReasonReply } from "../reasoner.ts";

/** Questions after which a verdict is made for the first time... */
const FIRST_LOOK = 20;
/** ... and then after every so many more, over those alone: a server may be given another model under way. */
const LATER_LOOK = 200;
/** Fewer usable answers than this share are next to nothing. */
const LEAST_SHARE = 0.1;
const SHOWN_CHARACTERS = 160;

export class Usefulness {
  private asked = 0;
  private answered = 0;
  private looks = 0;
  private readonly flaws = new Map<string, number>();
  private sample = "";
  private verdict: string | undefined;

  /** A question's end. Nothing is thrown here: the reply is paid for and has yet to be recorded. */
  add({ text, flaws = [], raw }: ReasonReply): void {
    this.asked++;
    if (text !== "") this.answered++;
    for (const flaw of flaws) this.flaws.set(flaw, (this.flaws.get(flaw) ?? 0) + 1);
    if (raw !== undefined && raw.trim() !== "") this.sample = raw;
    if (this.asked < (this.looks === 0 ? FIRST_LOOK : LATER_LOOK)) return;
    if (this.answered / this.asked < LEAST_SHARE) this.verdict = this.words();
    this.looks++;
    this.asked = 0;
    this.answered = 0;
    this.flaws.clear();
  }

  /** @throws OperationError when the last questions had next to no usable answer. */
  check(): void {
    if (this.verdict !== undefined) throw new OperationError(this.verdict);
  }

  /** Whoever begins anew has mended it. */
  reset(): void {
    this.verdict = undefined;
    this.looks = 0;
    this.asked = 0;
    this.answered = 0;
    this.flaws.clear();
  }

  private words(): string {
    const flaws = [...this.flaws].sort(([, a], [, b]) => b - a).map(([flaw, n]) => `${n} ${flaw}`);
    const sample = this.sample.replace(/\s+/g, " ").trim().slice(0, SHOWN_CHARACTERS);
    const share = decimals((100 * this.answered) / this.asked, 0);
    return (
      `Of ${this.asked} questions in a row ${this.answered} (${share} %) have a usable answer. Replies were ${flaws.join(", ")}. ` +
      `The last one: ${JSON.stringify(sample)}. Such a run ends here, so that it costs no more; answers so far are kept. ` +
      "Take an instruction-tuned model of a billion parameters or more, the other --structured (json, off), or a longer --max-tokens where replies are truncated."
    );
  }
}
