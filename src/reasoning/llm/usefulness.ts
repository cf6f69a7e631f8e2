// Ends a run whose model gives next to nothing that can be used, before it is paid for a hundred thousand times. Later
// stages take whole chains alone: a text that never comes makes the others useless.
import { OperationError } from "../../base/errors.ts";
import { sha256 } from "../../base/files.ts";
import { decimals } from "../../base/written-numbers.ts";
import { type ReasonReply, type ReasonRequest, STEPS, type Step } from "../reasoner.ts";

/** Questions for a text after which a verdict is made for the first time... */
const FIRST_LOOK = 20;
/** ... and then after every so many more, over those alone: a server may be given another model under way. */
const LATER_LOOK = 200;
/** Fewer usable answers than this share are next to nothing. */
const LEAST_SHARE = 0.1;
const SHOWN_CHARACTERS = 160;

type Asked = Pick<ReasonRequest, "step" | "prompt" | "isTogether" | "attempt">;

/** What is asked for: one text, or all three in one call. */
type Wanted = Step | "together";

/** Questions since the last look. */
class Window {
  asked = 0;
  answered = 0;
  /** Replies with thinking of a model that is not known to think. */
  unforeseen = 0;
  readonly flaws = new Map<string, number>();

  constructor(readonly length: number) {}

  add(isAnswered: boolean, flaws: readonly string[]): void {
    this.asked++;
    if (isAnswered) this.answered++;
    for (const flaw of flaws) this.flaws.set(flaw, (this.flaws.get(flaw) ?? 0) + 1);
  }
}

export class Usefulness {
  private readonly windows = new Map<Wanted, Window>();
  /** Questions that were counted without an answer: those of waves come back when they were asked again. */
  private readonly unanswered = new Set<string>();
  private sample = "";
  private verdict: string | undefined;

  /**
   * A question's end. Nothing is thrown here: the reply is paid for and has yet to be recorded.
   * @param isThinker the model is given room to think.
   */
  add(request: Asked, reply: ReasonReply, isThinker = false): void {
    // A run that goes on asks first what an earlier one failed at: the difficult questions, which few models answer.
    if ((request.attempt ?? 0) > 0) return;
    const question = sha256(`${request.step}\n${request.prompt}`);
    if (this.unanswered.has(question)) return;
    const isAnswered = isWhole(request, reply);
    if (!isAnswered) this.unanswered.add(question);
    const { flaws = [], raw } = reply;
    if (raw !== undefined && raw.trim() !== "") this.sample = raw;
    const wanted = request.isTogether === true ? "together" : request.step;
    const window = this.windows.get(wanted) ?? new Window(FIRST_LOOK);
    window.add(isAnswered, flaws);
    if (!isThinker && (reply.thinkingTokens ?? 0) > 0) window.unforeseen++;
    this.windows.set(wanted, window);
    if (window.asked < window.length) return;
    if (window.answered / window.asked < LEAST_SHARE) this.verdict = this.words(wanted, window);
    this.windows.set(wanted, new Window(LATER_LOOK));
  }

  /** @throws OperationError when the last questions had next to no usable answer. */
  check(): void {
    if (this.verdict !== undefined) throw new OperationError(this.verdict);
  }

  /** Whoever begins anew has mended it. */
  reset(): void {
    this.verdict = undefined;
    this.windows.clear();
    this.unanswered.clear();
  }

  private words(wanted: Wanted, window: Window): string {
    const { asked, answered, flaws: counts } = window;
    const flaws = [...counts].sort(([, a], [, b]) => b - a).map(([flaw, n]) => `${n} ${flaw}`);
    const sample = this.sample.replace(/\s+/g, " ").trim().slice(0, SHOWN_CHARACTERS);
    const share = decimals((100 * answered) / asked, 0);
    const texts = wanted === "together" ? "all three texts" : wanted.toUpperCase();
    return (
      `Of ${asked} questions in a row ${answered} (${share} %) have a usable answer for ${texts}. Replies were ${flaws.join(", ")}. ` +
      `The last one: ${JSON.stringify(sample)}. Such a run ends here, so that it costs no more; answers so far are kept. ` +
      adviceOn(window)
    );
  }
}

/** What helps against the flaws that were seen; all of it but --timeout asks everything anew. */
function adviceOn({ asked, unforeseen, flaws }: Window): string {
  const ways = ["an instruction-tuned model of a billion parameters or more", "the other --structured (json, off)"];
  if (unforeseen > asked / 2) ways.unshift("--think on, since replies hold thinking that no room was made for");
  else if (flaws.has("truncated")) ways.push("a longer --max-tokens");
  if (flaws.has("timeout")) ways.unshift("a longer --timeout");
  return `Take ${ways.slice(0, -1).join(", ")}, or ${ways.at(-1)}.`;
}

/** Whether there is a text for everything that was asked. */
function isWhole({ isTogether }: Asked, { text, parts }: ReasonReply): boolean {
  return isTogether === true ? STEPS.every((step) => (parts?.[step]?.text ?? "") !== "") : text !== "";
}
