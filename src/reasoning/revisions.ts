// Texts that were changed after they had been reasoned: by a person, or by asking again. They lie beside the journal, a
// line each, oldest first, and nothing is ever taken out: every line says who, when, and what stood there before. A
// revision holds for one answer of the journal: where that is another by now, what was said about it says nothing.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { exists, sha256, writeFileAtomic } from "../base/files.ts";
import { withLock } from "../base/lock.ts";
import type { PartialChain } from "./chain.ts";
import { STEPS, type Step, type Subject } from "./reasoner.ts";

const count = z.number().int().nonnegative();

const REVISION = z.object({
  subjectKind: z.enum(["item", "user"]),
  subjectId: z.string().min(1),
  step: z.enum(STEPS),
  text: z.string().min(1),
  /** The text that stood there, or "". */
  former: z.string(),
  /** SHA-256 of the journal's answer that this stands in place of; "" where it has none. */
  base: z.string(),
  how: z.enum(["edited", "asked again"]),
  /** Who wanted it. */
  by: z.string().min(1),
  /** Who wrote it, such as "rule-based (offline)", where it was asked for. */
  writer: z.string().optional(),
  /** What asking took. */
  calls: count.default(0),
  promptTokens: count.default(0),
  /** Of them, from the server's cache; older lines do not say it. */
  cachedTokens: count.optional(),
  completionTokens: count.default(0),
  milliseconds: z.number().nonnegative().default(0),
  flaws: z.array(z.string()).default([]),
  /** ISO 8601, UTC. */
  at: z.string(),
});

export type Revision = Readonly<z.output<typeof REVISION>>;

const SEALED = z.object({ revision: REVISION, checksum: z.string() });

/** Another writer is done in moments. */
const LOCK_WAIT_MS = 5000;

export function revisionsPath(directory: string): string {
  return join(directory, "reasoning", "revisions.jsonl");
}

/** All revisions of a dataset directory. @throws InputError for a line that is not as it was written. */
export async function readRevisions(directory: string): Promise<Revisions> {
  const where = revisionsPath(directory);
  if (!(await exists(where))) return new Revisions([]);
  const lines = (await readFile(where, "utf8")).split("\n");
  return new Revisions(lines.flatMap((text, at) => (text === "" ? [] : [opened(text, where, at + 1)])));
}

/**
 * Add what `make` finds to be added to those that are there, as the only writer; all of it is on disk or nothing.
 * @throws OperationError where the folder may not be written, or another writer stays; whatever `make` throws.
 */
export async function addRevisions(
  directory: string,
  command: string,
  make: (known: Revisions) => Promise<readonly Revision[]>,
): Promise<void> {
  const where = revisionsPath(directory);
  await withLock(`${where}.lock`, { command, waitMs: LOCK_WAIT_MS }, async () => {
    const known = await readRevisions(directory);
    const added = await make(known);
    if (added.length === 0) return;
    const lines = [...known.all, ...added].map((revision) => `${JSON.stringify(sealed(revision))}\n`);
    await writeFileAtomic(where, lines.join(""));
  });
}

/** What revisions make of a journal's answers. */
export class Revisions {
  private readonly bySubject = new Map<string, Revision[]>();

  /** @param all Oldest first. */
  constructor(readonly all: readonly Revision[]) {
    for (const revision of all) {
      const name = nameOf(revision.subjectKind, revision.subjectId);
      const own = this.bySubject.get(name);
      if (own === undefined) this.bySubject.set(name, [revision]);
      else own.push(revision);
    }
  }

  /** Those of one item or user, oldest first. */
  about(kind: Subject["kind"], id: string): readonly Revision[] {
    return this.bySubject.get(nameOf(kind, id)) ?? [];
  }

  /** The revision that stands in place of the journal's answer. */
  standing(kind: Subject["kind"], id: string, step: Step, answer: string | undefined): Revision | undefined {
    const base = baseOf(answer);
    return this.about(kind, id).findLast((revision) => revision.step === step && revision.base === base);
  }

  /** Who wrote a subject's texts, the people who changed them named beside the writer of the others. */
  writersOf(kind: Subject["kind"], id: string, label: string): string {
    const people = new Set(this.about(kind, id).flatMap(({ how, by }) => (how === "edited" ? [by] : [])));
    return people.size === 0 ? label : `${label}, changed by ${[...people].join(" and ")}`;
  }

  /** The chain of the journal's answers with what stands in their places. */
  applied(kind: Subject["kind"], id: string, chain: PartialChain): PartialChain {
    if (this.about(kind, id).length === 0) return chain;
    const texts = STEPS.map((step) => [step, this.standing(kind, id, step, chain[step])?.text ?? chain[step]] as const);
    return Object.fromEntries(texts.filter(([, text]) => text !== undefined));
  }
}

/** What ties a revision to the journal's answer. */
export function baseOf(answer: string | undefined): string {
  return answer === undefined ? "" : sha256(answer);
}

/** Tells these revisions from others; "" where there are none. */
export function revisionsHash({ all }: Revisions): string {
  return all.length === 0 ? "" : sha256(JSON.stringify(all));
}

function nameOf(kind: Subject["kind"], id: string): string {
  return `${kind} ${id}`;
}

/** In the order of the shape, in which the checksum reads it again. */
function sealed(given: Revision): z.output<typeof SEALED> {
  const revision = REVISION.parse(given);
  return { revision, checksum: sha256(JSON.stringify(revision)) };
}

function opened(text: string, where: string, line: number): Revision {
  const parsed = SEALED.safeParse(jsonOf(text));
  if (parsed.success && parsed.data.checksum === sha256(JSON.stringify(parsed.data.revision))) {
    return parsed.data.revision;
  }
  const todo = "Put the file back from a copy, or take this line out of it: the text before it then stands again.";
  throw new InputError({ where, line, found: "damaged bytes", expected: "a revision of a reasoned text", todo });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
