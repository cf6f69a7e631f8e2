// What a run over workers took, counted on the records that came: a worker that was killed tells no sums.
import {
  type ChainTally,
  costOf,
  type JournalRecord,
  nothingTaken,
  type Prices,
  type Taken,
} from "../../../reasoning/index.ts";

export class Taking {
  constructor(private readonly tally: ChainTally) {}

  get calls(): number {
    return this.tally.calls;
  }

  get promptTokens(): number {
    return this.tally.promptTokens;
  }

  get cachedTokens(): number {
    return this.tally.cachedTokens;
  }

  get completionTokens(): number {
    return this.tally.completionTokens;
  }

  /** What the answers that came have taken; undefined before the first. */
  words(prices: Prices): string | undefined {
    const { calls, flaws } = this.tally;
    if (calls === 0) return undefined;
    const cost = costOf(this.tally, prices);
    const unusable = Object.entries(flaws).map(([flaw, n]) => `${n} ${flaw}`);
    const parts = [
      cost === 0 ? "" : `cost ${cost.toFixed(4)}`,
      unusable.length === 0 ? "" : `unusable: ${unusable.join(", ")}`,
    ];
    return [`${calls} calls`, ...parts.filter(Boolean)].join(", ");
  }

  /** A record that came, beside the one that was there. Those that were there already count for nothing. */
  count(record: JournalRecord, before: JournalRecord | undefined): void {
    if (before !== undefined && (before.status === "answered" || before.attempt >= record.attempt)) return;
    const { tally } = this;
    const place = `${record.subjectKind} ${record.step}` as const;
    const ofStep = tally.steps[place] ?? nothingTaken();
    tally.steps[place] = ofStep;
    const flaws = record.flaws === "" ? [] : record.flaws.split(",");
    for (const taken of [tally, ofStep]) {
      add(taken, record, before);
      for (const flaw of flaws) taken.flaws[flaw] = (taken.flaws[flaw] ?? 0) + 1;
    }
    if (record.status === "answered" && flaws.length > 0) tally.repaired++;
  }
}

/** A record that was asked again holds the sums of all its runs. */
function add(taken: Taken, record: JournalRecord, before: JournalRecord | undefined): void {
  taken.asked++;
  if (record.status === "failed") taken.failed++;
  taken.calls += record.calls - (before?.calls ?? 0);
  taken.promptTokens += record.promptTokens - (before?.promptTokens ?? 0);
  taken.cachedTokens += record.cachedTokens - (before?.cachedTokens ?? 0);
  taken.completionTokens += record.completionTokens - (before?.completionTokens ?? 0);
  taken.thinkingTokens += record.thinkingTokens - (before?.thinkingTokens ?? 0);
  taken.milliseconds += record.milliseconds - (before?.milliseconds ?? 0);
}
