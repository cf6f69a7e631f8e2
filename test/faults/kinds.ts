import { DISKS } from "./disks.ts";
import { FLIPS } from "./flips.ts";
import { HOSTILE } from "./hostile.ts";
import { KILLS } from "./kills.ts";
import { LOCKS } from "./locks.ts";
import { OWNERS } from "./owners.ts";
import { SIGNALS } from "./signals.ts";
import { STREAMS } from "./streams.ts";
import type { FaultKind } from "./trial.ts";
import { WORKERS } from "./workers/cells.ts";

export const KINDS: readonly FaultKind[] = [FLIPS, KILLS, SIGNALS, DISKS, LOCKS, STREAMS, HOSTILE, OWNERS, WORKERS];
