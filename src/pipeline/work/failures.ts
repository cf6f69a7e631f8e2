// What went wrong, told by kind: a thousand shards fail for few reasons.

/** Reasons that a line shows. */
const SHOWN = 3;

export class Failures {
  private readonly counts = new Map<string, number>();
  count = 0;

  add(reason: string): void {
    this.count++;
    const kind = kindOfReason(reason);
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  /** `3 failed (2 connect ECONNREFUSED, 1 the disk is full)`; empty where nothing failed. */
  get words(): string {
    if (this.count === 0) return "";
    const sorted = [...this.counts].sort(([, a], [, b]) => b - a);
    const shown = sorted.slice(0, SHOWN).map(([reason, count]) => `${count} ${reason}`);
    const rest = sorted.slice(SHOWN).reduce((sum, [, count]) => sum + count, 0);
    return `${this.count} failed (${[...shown, ...(rest > 0 ? [`${rest} others`] : [])].join(", ")})`;
  }
}

/** Without what differs from shard to shard: numbers of four digits and more, and hashes. */
function kindOfReason(reason: string): string {
  return reason.split("\n", 1)[0]!.replace(/\b([0-9a-f]{12,}|\d{4,})\b/g, "...");
}
