// Who is at work on which chain, so that processes with one journal divide the work. A claim is a lease: a process that
// was killed is found out at once on its own machine, and after the lease elsewhere.
import { randomBytes } from "node:crypto";
import type Database from "libsql";
import { z } from "zod";
import { machineName, processName } from "../base/process-name.ts";

/** Longer than a stop-the-world pause, shorter than anyone's patience. */
const LEASE_MS = 60_000;

/** As bytes: the driver ends the process over a text that damage made unreadable. */
const SELECT =
  "SELECT CAST(owner AS BLOB) AS owner, CAST(expiresAt AS INTEGER) AS expiresAt FROM claims WHERE chain = ?";

export class Claims {
  /** Two journals of one process are two owners. */
  private readonly owner = JSON.stringify({ ...thisProcess(), journal: randomBytes(6).toString("hex") });
  private readonly held = new Set<string>();
  private renewal: NodeJS.Timeout | undefined;

  constructor(private readonly database: Database.Database) {}

  /** Claim a chain; false while a living process holds it. */
  take(chain: string): boolean {
    this.database.exec("BEGIN IMMEDIATE");
    try {
      const row = this.database.prepare(SELECT).get(chain) as ClaimRow | undefined;
      const taken = this.isFree(row);
      if (taken) {
        const upsert = "INSERT OR REPLACE INTO claims (chain, owner, expiresAt) VALUES (?, ?, ?)";
        this.database.prepare(upsert).run(chain, this.owner, Date.now() + LEASE_MS);
      }
      this.database.exec("COMMIT");
      if (taken) this.hold(chain);
      return taken;
    } catch (error) {
      if (this.database.inTransaction) this.database.exec("ROLLBACK");
      throw error;
    }
  }

  /** Give a chain back; its answers must be committed before. */
  release(chain: string): void {
    this.held.delete(chain);
    this.database.prepare("DELETE FROM claims WHERE chain = ? AND owner = ?").run(chain, this.owner);
  }

  /** Give everything back. */
  dispose(): void {
    clearInterval(this.renewal);
    if (this.held.size === 0) return;
    this.held.clear();
    this.database.prepare("DELETE FROM claims WHERE owner = ?").run(this.owner);
  }

  private isFree(row: ClaimRow | undefined): boolean {
    if (row === undefined || row.expiresAt < Date.now()) return true;
    const owner = Buffer.from(row.owner).toString();
    return owner === this.owner || isDead(owner);
  }

  private hold(chain: string): void {
    this.held.add(chain);
    this.renewal ??= setInterval(() => this.renew(), LEASE_MS / 3).unref();
  }

  private renew(): void {
    try {
      const renewal = this.database.prepare("UPDATE claims SET expiresAt = ? WHERE owner = ?");
      renewal.run(Date.now() + LEASE_MS, this.owner);
    } catch {
      // A busy file: the next renewal comes before the lease ends, and a lost lease costs an answer asked twice.
    }
  }
}

interface ClaimRow {
  readonly owner: ArrayBuffer;
  readonly expiresAt: number;
}

const OWNER = z.object({ machine: z.string(), pid: z.number().int().positive(), process: z.string() });

function thisProcess(): z.infer<typeof OWNER> {
  return { machine: machineName(), pid: process.pid, process: processName(process.pid) ?? "" };
}

/**
 * A process of this machine that is gone, whoever has its number now: in a container that is started again, that is us.
 * Owners that cannot be read hold on to their lease.
 */
function isDead(owner: string): boolean {
  try {
    const { machine, pid, process: name } = OWNER.parse(JSON.parse(owner));
    return machine === machineName() && processName(pid) !== name;
  } catch {
    return false;
  }
}
