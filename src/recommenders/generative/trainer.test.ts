import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../../test/support/temporary.ts";
import { smallestOptions, tinyData, tinyNegatives, tinyTrainer } from "../../../test/support/tiny-isrf.ts";
import { CancelledError } from "../../base/errors.ts";
import { readJson, sha256, writeJsonAtomic } from "../../base/files.ts";
import { silent } from "../../base/progress.ts";
import { strictView, trainingLists } from "../../data/index.ts";
import { readSafetensors, writeSafetensors } from "../../engine/safetensors.ts";
import { Checkpoints } from "../../training/checkpoints.ts";
import { elmrec } from "../elmrec/elmrec.ts";
import { isrfDefinition } from "../isrf/definition.ts";
import { isrf } from "../isrf/isrf.ts";
import { pod } from "../pod/pod.ts";
import { rslProxy } from "../rsl-proxy/rsl-proxy.ts";
import { loadModel } from "./model-files.ts";
import { GenerativeRecommender } from "./recommender.ts";
import type { GenerativeTrainer } from "./trainer.ts";

/** A checkpoint of the text form as versions wrote it that gave each model as many token rows as T5 has. */
async function asOlderWrote(directory: string): Promise<void> {
  const path = join(directory, "model.json");
  const { vocabulary: _, ...model } = (await readJson(path)) as Record<string, unknown>;
  await writeJsonAtomic(path, model);
  for (const name of ["model.safetensors", "optimiser.safetensors"]) {
    const file = join(directory, name);
    const { tensors, metadata } = await readSafetensors(file);
    const longer = [...tensors].map(([tensor, { shape, data }]) => {
      if (!tensor.includes("shared.weight")) return [tensor, { shape, data }] as const;
      const rows = new Float32Array(32_128 * shape[1]!);
      rows.set(data as Float32Array);
      return [tensor, { shape: [32_128, shape[1]!], data: rows }] as const;
    });
    await rm(file);
    await writeSafetensors(file, Object.fromEntries(longer), metadata);
  }
}

/** Everything trained, as digests: equal exactly when all bits are. */
const parametersOf = (trainer: GenerativeTrainer) => {
  const digest = (values: Float32Array) => sha256(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return trainer.state.parameters.all.map(({ name, front, steps }) => [
    name,
    steps,
    ...[front.value, front.m, front.v].map(digest),
  ]);
};

describe("training", () => {
  it("moves H^(0) at a rate of its own where that is asked, and E_u as before", async () => {
    const moved = async (groupLearningRate: number) => {
      const overrides = {
        groupLearningRate,
        interestLearningRate: 1e-3,
        weightDecay: 0,
        interestEvery: 1,
        groupEvery: 1,
      };
      const trainer = await tinyTrainer({ ...overrides, groupStart: "random", lambdaSequential: 1 });
      const before = {
        group: trainer.state.interests.group.slice(),
        individual: trainer.state.interests.individual.slice(),
      };
      await trainer.step(0);
      const { group, individual } = trainer.state.interests;
      const largest = (now: Float32Array, then: Float32Array) => Math.max(...now.map((x, i) => Math.abs(x - then[i]!)));
      const found = { group: largest(group, before.group), individual: largest(individual, before.individual) };
      await trainer.dispose();
      return found;
    };
    const [own, shared, same] = [await moved(1e-2), await moved(0), await moved(1e-3)];
    expect(own.group / shared.group).toBeCloseTo(10, 1);
    expect(own.individual).toBe(shared.individual);
    expect(same).toEqual(shared);
  });

  it("learns thirty-two users by heart in both tasks", async () => {
    // Two training items a user: one segment, and one of two items to find among negatives.
    const data = tinyData({ nUsers: 32, nItems: 30, length: 4 });
    const overrides = {
      width: 32,
      batch: 32,
      learningRate: 5e-3,
      weightDecay: 0,
      schedule: "constant",
      labelSmoothing: 0,
      lambdaDirect: 0,
      lambdaSequential: 0,
      itemHead: 0,
      candidateHead: 0,
      warmStartEpochs: 20,
      interestEvery: 0,
      groupEvery: 0,
    };
    const trainer = await tinyTrainer(overrides, "tiny", data);
    const recent: Record<string, number[]> = { "sequential generation": [], "direct generation": [] };
    for (let step = 0; step < 260; step++) {
      // The first batch of each task again and again: every user once.
      for (const [name, value] of Object.entries(await trainer.step(step % 2))) recent[name]?.push(value);
    }
    await trainer.dispose();
    for (const [name, values] of Object.entries(recent)) {
      const last = values.slice(-20);
      expect(last.reduce((sum, x) => sum + x, 0) / last.length, name).toBeLessThan(0.05);
    }
  });

  it.each([isrf, elmrec, pod, rslProxy].map((system) => [system.name, system] as const))(
    "of %s, restored from a checkpoint, continues bit for bit, dropout and pending table updates included",
    async (_, system) => {
      const readsTables = system === isrf || system === elmrec;
      const overrides = {
        dropout: 0.2,
        ...(readsTables && { interestEvery: 3 }),
        ...(system === isrf && { groupEvery: 2 }),
      };
      const directory = await temporaryDirectory();
      const whole = await tinyTrainer(overrides, "tiny", tinyData(), false, system);
      for (let step = 0; step < 5; step++) await whole.step(step);
      await whole.saveForResume(directory);
      for (let step = 5; step < 9; step++) await whole.step(step);
      const resumed = await tinyTrainer(overrides, "tiny", tinyData(), true, system);
      await resumed.restore(directory);
      for (let step = 5; step < 9; step++) await resumed.step(step);
      expect(parametersOf(resumed)).toEqual(parametersOf(whole));
      expect(resumed.state.interests).toEqual(whole.state.interests);
      for (const trainer of [whole, resumed]) await trainer.dispose();
    },
  );

  it("without a checkpoint has a row for each token of its words, and no more", async () => {
    const trainer = await tinyTrainer({ width: 32, tasks: "three" }, "small");
    const { form, tokenizer, words } = trainer.state;
    expect(trainer.state.parameters.get("shared.weight").shape[0]).toBe(tokenizer.vocabulary);
    const last = Math.max(...words.flatMap((word) => form.word(word)));
    expect(last).toBe(tokenizer.vocabulary - 1);
    await trainer.dispose();
  });

  it("of an older version, with T5's 32,128 rows for a vocabulary of hundreds, answers and goes on", async () => {
    const directory = await temporaryDirectory();
    const trained = await tinyTrainer({ width: 32 }, "small");
    await trained.step(0);
    await trained.settle();
    await trained.saveForResume(directory);
    await asOlderWrote(directory);
    const resumed = await tinyTrainer({ width: 32 }, "small", tinyData(), true);
    await resumed.restore(directory);
    const rows = () => resumed.state.parameters.get("shared.weight").shape[0];
    expect(rows()).toBe(32_128);
    const requests = [{ userIndex: 0, history: tinyData().prefixes[0]! }];
    const answers = async (state: GenerativeTrainer["state"]) => {
      const recommender = new GenerativeRecommender("isrf", state, { threads: 1 });
      const [list] = await recommender.rankSequential(requests, 5);
      await recommender.dispose();
      return [...list!.items];
    };
    const loaded = await loadModel(directory);
    expect(await answers(loaded)).toEqual(await answers(resumed.state));
    expect(new Set(await answers(loaded)).size).toBe(5);
    await resumed.step(1);
    await resumed.validate();
    await resumed.saveForResume(directory);
    expect(rows()).toBe(32_128);
    expect((await loadModel(directory)).parameters.get("shared.weight").shape[0]).toBe(32_128);
    for (const trainer of [trained, resumed]) await trainer.dispose();
  }, 60_000);

  it("goes through unequal tasks in proportion, and on in the order that it began with", async () => {
    const data = tinyData();
    const { sentences, pairs } = data.explanations!;
    // One batch of sentences in an epoch, two of each other task.
    const few = trainingLists(pairs.map((items, user) => (user < 4 ? items : new Int32Array(0))));
    const uneven = { ...data, explanations: { sentences, pairs: few } };
    const begun = await tinyTrainer({ width: 32, tasks: "three" }, "small", uneven);
    const tasksOf = async (trainer: GenerativeTrainer, from: number, to: number) => {
      const names = [];
      for (let step = from; step < to; step++) names.push(Object.keys(await trainer.step(step))[0]!.split(" ")[0]);
      return names;
    };
    const epoch = ["sequential", "direct", "explanation", "sequential", "direct"];
    expect(begun.stepsPerEpoch).toBe(epoch.length);
    expect(await tasksOf(begun, 0, 5)).toEqual(epoch);
    await begun.settle();
    const [now, older] = [await temporaryDirectory(), await temporaryDirectory()];
    for (const directory of [now, older]) await begun.saveForResume(directory);
    // As versions wrote it that took tasks in turn.
    await rm(join(older, "order.json"));
    const resumed = await tinyTrainer({ width: 32, tasks: "three" }, "small", uneven, true);
    await resumed.restore(older);
    expect(await tasksOf(resumed, 5, 9)).toEqual(["direct", "explanation", "sequential", "direct"]);
    await resumed.saveForResume(older);
    await resumed.restore(now);
    expect(await tasksOf(resumed, 5, 10)).toEqual(epoch);
    await resumed.restore(older);
    expect(await tasksOf(resumed, 9, 12)).toEqual(["explanation", "sequential", "direct"]);
    for (const trainer of [begun, resumed]) await trainer.dispose();
  }, 60_000);

  it("in the paper's form moves each table only in the task whose loss uses it", async () => {
    const trainer = await tinyTrainer({ width: 32, beta: 1, sigma: 1, warmStartEpochs: 0 }, "small");
    const tables = () => ({ e: trainer.state.interests.individual.slice(), h: trainer.state.interests.group.slice() });
    const start = tables();
    await trainer.step(0);
    const sequential = tables();
    expect(sequential.e).toEqual(start.e);
    expect(sequential.h).not.toEqual(start.h);
    await trainer.step(1);
    const direct = tables();
    expect(direct.e).not.toEqual(start.e);
    expect(direct.h).toEqual(sequential.h);
    await trainer.dispose();
  });

  it("leaves tables as they are when they are never to be updated", async () => {
    const trainer = await tinyTrainer({ interestEvery: 0, groupEvery: 0 });
    const { individual, group } = trainer.state.interests;
    for (let step = 0; step < 4; step++) await trainer.step(step);
    await trainer.settle();
    expect(trainer.state.interests).toEqual({ individual, group });
    await trainer.dispose();
  });
});

describe("a whole training", () => {
  async function run(directory: string, resume: boolean, signal?: AbortSignal) {
    const data = tinyData();
    await mkdir(directory, { recursive: true });
    return isrfDefinition.train({
      options: smallestOptions({
        epochs: 1,
        checkpointEvery: 100,
        warmStartEpochs: 3,
        interestEvery: 2,
        groupEvery: 2,
      }),
      seed: 5,
      split: data.split,
      view: strictView(data.split),
      embeddings: data.embeddings,
      items: [],
      validationNegatives: (user) => tinyNegatives(data.split, user),
      directory,
      resume,
      compile: { threads: 1 },
      report: silent,
      ...(signal === undefined ? {} : { signal }),
    });
  }
  const metrics = (directory: string) => readFile(join(directory, "metrics.jsonl"), "utf8");
  const best = async (directory: string) =>
    readFile(join((await Checkpoints.ofRun(directory).find("best"))!, "model.safetensors"));

  it("stopped before its first step begins again on resume, warm start included", async () => {
    const [plain, stopped] = [await temporaryDirectory(), await temporaryDirectory()];
    await run(plain, false);
    await expect(run(stopped, false, AbortSignal.abort())).rejects.toThrow(CancelledError);
    await run(stopped, true);
    expect(await metrics(stopped)).toEqual(await metrics(plain));
    expect(await best(stopped)).toEqual(await best(plain));
  });
});
