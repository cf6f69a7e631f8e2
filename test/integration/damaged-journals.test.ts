// A journal under random damage: whatever its bytes are, no command dies of them, uses them, or loses readable answers.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bundledFile } from "../support/bundled.ts";
import type { Trial } from "../support/damage-journals.ts";
import { temporaryDirectory } from "../support/temporary.ts";

const COPIES = 60;
/** Of the shop in the child. */
const ANSWERS = 126;

it("is read as written or refused, and repaired with what can be read, in every damaged copy", async () => {
  const folder = await temporaryDirectory();
  const program = await bundledFile(join(import.meta.dirname, "../support/damage-journals.ts"));
  const child = spawnSync(process.execPath, [program, folder, `${COPIES}`], { encoding: "utf8" });
  const lines = child.stdout.trim().split("\n");
  expect([child.signal, child.status], `${lines.at(-1)}\n${child.stderr}`).toEqual([null, 0]);
  const trials = lines.map((line) => JSON.parse(line)).filter((line) => "damage" in line) as Trial[];
  expect(trials).toHaveLength(COPIES);
  for (const { damage, outcomes, asked, saved, repaired, files } of trials) {
    // The end of a log may be missing after any kill: only who knows how many answers there were can tell.
    const isCutLog = /log, cut/.test(damage);
    for (const [way, outcome] of Object.entries(outcomes).filter(([way]) => !isCutLog || /embed|explain/.test(way)))
      expect(["same", "refused"], `${way}, ${damage}`).toContain(outcome);
    expect(repaired, damage).toBe("same");
    if (saved !== undefined) expect(saved + asked, damage).toBe(ANSWERS);
    expect(
      files.filter((name) => !/^journal\.db(-wal|-shm|\.damaged|\.damaged-wal)?$/.test(name)),
      damage,
    ).toEqual([]);
  }
  // Damage within the answers costs those it hits, not the others.
  const scattered = trials.filter(({ damage, saved }) => /^64 bytes/.test(damage) && saved !== undefined);
  for (const { damage, asked } of scattered) expect(asked, damage).toBeLessThanOrEqual(2);
}, 300_000);
