// No witness knows what training held out: two trainings whose validation and test items differ, and nothing else, end
// in the same witnesses. Only which checkpoint is kept and the weights may be told by validation items.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plantedSplit } from "../../../test/support/planted-split.ts";
import { matrix } from "../../base/matrix.ts";
import { silent } from "../../base/progress.ts";
import { Random } from "../../base/random.ts";
import { type Split, strictView } from "../../data/index.ts";
import { resolveOptions } from "../options/index.ts";
import { evidencePart } from "../part-folders.ts";
import { loadEvidence } from "../witnesses/evidence-files.ts";
import type { TrainedParts } from "../witnesses/evidence-part.ts";
import { WITNESSES } from "../witnesses/witness.ts";
import { isrfDefinition, isrfOptionSpace } from "./definition.ts";
import { trainedParts } from "./trained-parts.ts";

const COMPILE = { threads: 1 };

/** One epoch each, so that there is nothing to choose by validation. */
const OPTIONS = resolveOptions(isrfOptionSpace, "tiny", {
  set: {
    width: 16,
    layers: 1,
    epochs: 1,
    warmStartEpochs: 1,
    validationUsers: 10,
    sequenceEpochs: 1,
    sequenceWidth: 16,
    textMapSteps: 3,
  },
});

const { split, items } = plantedSplit({ users: 30, items: 60 });

/** Everybody's held-out items are others: items that the user did not take. */
function otherwiseHeldOut({ nUsers, nItems, prefixes, valid, test }: Split): Pick<Split, "valid" | "test"> {
  const others = Array.from({ length: nUsers }, (_, user) => {
    const own = new Set([...prefixes[user]!, valid[user]!, test[user]!]);
    const free = Int32Array.from({ length: nItems }, (_, item) => item).filter((item) => !own.has(item));
    return Random.of(5, user).shuffle(free);
  });
  return { valid: Int32Array.from(others, (free) => free[0]!), test: Int32Array.from(others, (free) => free[1]!) };
}

interface Trained extends TrainedParts {
  readonly evidence: Awaited<ReturnType<typeof loadEvidence>>;
}

async function trained(directory: string, heldOut: Pick<Split, "valid" | "test">): Promise<Trained> {
  const texts = (of: string, rows: number) => matrix(rows, 12, Random.of(7, of).normals(rows * 12));
  await isrfDefinition.train({
    options: OPTIONS,
    seed: 3,
    split: { ...split, ...heldOut },
    view: strictView(split),
    items,
    embeddings: { items: texts("items", split.nItems), users: texts("users", split.nUsers) },
    validationNegatives: (user) =>
      Int32Array.from({ length: split.nItems }, (_, item) => item).filter(
        (item) => !split.prefixes[user]!.includes(item) && item !== heldOut.valid[user] && item !== heldOut.test[user],
      ),
    directory,
    resume: false,
    compile: COMPILE,
    report: silent,
  });
  const parts = await trainedParts(directory, COMPILE)(WITNESSES);
  return { ...parts, evidence: await loadEvidence(evidencePart(directory)) };
}

describe("a validation or test pair", () => {
  let root: string;
  let [one, other]: Trained[] = [];

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "isrf-test-"));
    one = await trained(join(root, "one"), split);
    other = await trained(join(root, "other"), otherwiseHeldOut(split));
  }, 60_000);
  afterAll(async () => {
    for (const run of [one, other]) await Promise.all([run?.sequence?.dispose(), run?.generator?.dispose()]);
    await rm(root, { recursive: true, force: true });
  });

  it("moves weights alone: they are learned from validation items", () => {
    expect(other!.evidence.learned.weights).not.toEqual(one!.evidence.learned.weights);
  });

  it("is in no row of the graph's interests", () => {
    expect(other!.interests).toEqual(one!.interests);
  });

  it("is in no row and no state of the sequence model", async () => {
    expect(other!.sequence!.items).toEqual(one!.sequence!.items);
    const histories = split.prefixes.slice(0, 8);
    expect(await other!.sequence!.states(histories)).toEqual(await one!.sequence!.states(histories));
  });

  it("is not in the map of texts, which training moved from the identity", () => {
    const { map } = one!.evidence.tables.texts!;
    expect(map.up.some((value) => value !== 0)).toBe(true);
    expect(other!.evidence.tables.texts!.map).toEqual(map);
  });

  it("is not among similar users, neighbours and counts", () => {
    const { tables } = one!.evidence;
    expect(tables.counts.reduce((sum, count) => sum + count, 0)).toBe(split.prefixes.flatMap((p) => [...p]).length);
    for (const table of ["prefixes", "following", "similar", "counts", "stretch"] as const)
      expect(other!.evidence.tables[table]).toEqual(tables[table]);
  });

  it("is in nothing that the generator writes", async () => {
    const questions = Array.from({ length: 6 }, (_, userIndex) => ({
      userIndex,
      history: split.prefixes[userIndex]!,
      candidates: Int32Array.from({ length: 20 }, (_, item) => item),
    }));
    const lists = questions.map(({ candidates }) => candidates.slice(0, 8));
    for (const task of ["sequential", "direct"] as const) {
      const said = await one!.generator!.testify(task, questions, lists);
      expect(said.flatMap((values) => [...values]).every(Number.isFinite)).toBe(true);
      expect(await other!.generator!.testify(task, questions, lists)).toEqual(said);
    }
  });
});
