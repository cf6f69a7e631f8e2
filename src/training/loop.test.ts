import { readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryDirectory } from "../../test/support/temporary.ts";
import { CancelledError, InputError, OperationError } from "../base/errors.ts";
import { readJson, writeJsonAtomic } from "../base/files.ts";
import type { ProgressEvent } from "../base/progress.ts";
import { Checkpoints } from "./checkpoints.ts";
import { checkMetrics, type LoopOptions, runLoop, type Trainable } from "./loop.ts";

type Hook = keyof Omit<Trainable, "stepsPerEpoch">;

/** A model of one number. `pending` plays the gradients that `settle` brings in, as interest tables do. */
class FakeModel implements Trainable {
  stepsPerEpoch = 25;
  value = 1;
  pending = 0;
  private calls = 0;
  private readonly scores: readonly number[];
  private readonly dieAt: { hook: Hook; call: number } | undefined;

  constructor(scores: readonly number[], dieAt?: { hook: Hook; call: number }) {
    this.scores = scores;
    this.dieAt = dieAt;
  }

  async step(step: number, epoch: number): Promise<Record<string, number>> {
    this.dieIn("step");
    this.pending += step + 1;
    this.value = (this.value * 31 + step) % 1_000_003;
    return { loss: this.value / 1_000_003, epoch };
  }

  async settle() {
    this.dieIn("settle");
    this.value = (this.value + 7 * this.pending) % 1_000_003;
    this.pending = 0;
  }

  async validate(): Promise<Awaited<ReturnType<Trainable["validate"]>>> {
    this.dieIn("validate");
    const score = this.scores[this.validations++] ?? 0;
    return { score, figures: { score, value: this.value } };
  }

  async saveForResume(directory: string) {
    await writeJsonAtomic(join(directory, "fake.json"), {
      value: this.value,
      pending: this.pending,
      validations: this.validations,
    });
    this.dieIn("saveForResume");
  }

  async restore(directory: string) {
    const saved = (await readJson(join(directory, "fake.json"))) as Record<"value" | "pending" | "validations", number>;
    this.value = saved.value;
    this.pending = saved.pending;
    this.validations = saved.validations;
  }

  async saveModel(directory: string) {
    await writeJsonAtomic(join(directory, "model.json"), { value: this.value });
    this.dieIn("saveModel");
  }

  private validations = 0;

  private dieIn(hook: Hook): void {
    if (this.dieAt?.hook !== hook) return;
    if (++this.calls === this.dieAt.call) throw new Error("killed");
  }
}

const RISING = [0.1, 0.2];
const settings = (directory: string, over: Partial<LoopOptions> = {}): LoopOptions => ({
  directory,
  epochs: 2,
  patience: 5,
  checkpointEvery: 11,
  maxMinutes: 0,
  resume: false,
  ...over,
});

async function outcome(directory: string, model: FakeModel, over: Partial<LoopOptions> = {}) {
  const { seconds: _, ...summary } = await runLoop(model, settings(directory, over));
  const best = await Checkpoints.ofRun(directory).find("best");
  return {
    summary,
    value: model.value,
    best: await readJson(join(best!, "model.json")),
    metrics: await readFile(join(directory, "metrics.jsonl"), "utf8"),
  };
}

it("counts the time of every validation, the last one too", async () => {
  const model = new FakeModel(RISING);
  const validate = model.validate.bind(model);
  model.validate = async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    return validate();
  };
  const { seconds } = await runLoop(model, settings(await temporaryDirectory()));
  // Timers may fire a millisecond early.
  expect(seconds).toBeGreaterThan(0.19);
});

describe("the training loop", () => {
  // Scores fall at epochs 2 and 4: never twice in a row, twice in all.
  it("stops at the second epoch without improvement in all when patience is cumulative, and chooses the same best", async () => {
    const scores = [0.2, 0.1, 0.3, 0.2, 0.4];
    const over = { epochs: 5, patience: 2 };
    const usual = await outcome(await temporaryDirectory(), new FakeModel(scores), over);
    expect(usual.summary).toMatchObject({ stopped: "epochs", epoch: 5, bestEpoch: 5 });
    const counted = await outcome(await temporaryDirectory(), new FakeModel(scores), {
      ...over,
      patienceCount: "cumulative",
    });
    expect(counted.summary).toMatchObject({ stopped: "patience", epoch: 4, bestEpoch: 3, staleEpochs: 2 });
  });

  const kills: [Hook, number][] = [
    ...[1, 12, 21, 24, 26, 50].map((call): [Hook, number] => ["step", call]),
    ...[1, 2].map((call): [Hook, number] => ["settle", call]),
    ["validate", 1],
    ...[1, 2, 4].map((call): [Hook, number] => ["saveForResume", call]),
    ...[1, 2].map((call): [Hook, number] => ["saveModel", call]),
  ];
  let whole: Awaited<ReturnType<typeof outcome>> | undefined;
  it.each(kills)("killed in %s number %i and resumed, ends as if it had not been", async (hook, call) => {
    whole ??= await outcome(await temporaryDirectory(), new FakeModel(RISING));
    const directory = await temporaryDirectory();
    await expect(runLoop(new FakeModel(RISING, { hook, call }), settings(directory))).rejects.toThrow("killed");
    expect(await outcome(directory, new FakeModel(RISING), { resume: true })).toEqual(whole);
  });

  it.each([4, 100])("learns the same with a checkpoint every %i steps as every 11", async (checkpointEvery) => {
    const of = async (over: Partial<LoopOptions>) => {
      const { metrics: _, ...learnt } = await outcome(await temporaryDirectory(), new FakeModel(RISING), over);
      return learnt;
    };
    expect(await of({ checkpointEvery })).toEqual(await of({}));
  });

  it("killed again and again soon after its checkpoint, still ends the same", async () => {
    const often = { checkpointEvery: 5 };
    const expected = await outcome(await temporaryDirectory(), new FakeModel(RISING), often);
    const directory = await temporaryDirectory();
    for (let i = 0; i < 6; i++) {
      const killed = new FakeModel(RISING, { hook: "step", call: 7 });
      await expect(runLoop(killed, settings(directory, { ...often, resume: i > 0 }))).rejects.toThrow("killed");
    }
    expect(await outcome(directory, new FakeModel(RISING), { ...often, resume: true })).toEqual(expected);
  });

  it("stops after `patience` epochs in a row without improvement, and keeps the best epoch", async () => {
    const { summary } = await outcome(await temporaryDirectory(), new FakeModel([0.2, 0.1, 0.3, 0.3, 0.25, 0.9]), {
      epochs: 9,
      patience: 2,
    });
    expect(summary).toMatchObject({ stopped: "patience", epoch: 5, bestEpoch: 3, bestScore: 0.3, staleEpochs: 2 });
  });

  it("refuses data without a step to learn from, and keeps nothing", async () => {
    const directory = await temporaryDirectory();
    const idle = Object.assign(new FakeModel(RISING), { stepsPerEpoch: 0 });
    await expect(runLoop(idle, settings(directory))).rejects.toThrow(InputError);
    await expect(runLoop(idle, settings(directory))).rejects.toThrow(/histories: found none of two items.*needs four/);
    expect(await readdir(directory)).toEqual([]);
  });

  it("does nothing more when a finished run is resumed", async () => {
    const directory = await temporaryDirectory();
    const first = await outcome(directory, new FakeModel(RISING));
    const again = new FakeModel(RISING, { hook: "step", call: 1 });
    expect(await outcome(directory, again, { resume: true })).toEqual(first);
  });

  it("stops after the epoch in which the time is used up", async () => {
    const { summary } = await outcome(await temporaryDirectory(), new FakeModel(RISING), { maxMinutes: 1e-9 });
    expect(summary).toMatchObject({ stopped: "time", epoch: 1 });
  });

  it("keeps its last checkpoint when it is stopped by a signal", async () => {
    const directory = await temporaryDirectory();
    const controller = new AbortController();
    const stopAt = (step: number): Partial<LoopOptions> => ({
      signal: controller.signal,
      report: (event) => {
        if (event.kind === "step" && event.done === step) controller.abort();
      },
    });
    const stopped = runLoop(new FakeModel(RISING), settings(directory, stopAt(13)));
    await expect(stopped).rejects.toThrow(CancelledError);
    expect(await Checkpoints.ofRun(directory).find("last")).toContain("last-00000011");
  });

  it("goes on without the lines of its log that a power cut took, and says so", async () => {
    const directory = await temporaryDirectory();
    const killed = new FakeModel(RISING, { hook: "step", call: 40 });
    await expect(runLoop(killed, settings(directory))).rejects.toThrow("killed");
    const log = join(directory, "metrics.jsonl");
    await truncate(log, 30);
    const told: ProgressEvent[] = [];
    const report = (event: ProgressEvent) => told.push(event);
    const { value, metrics } = await outcome(directory, new FakeModel(RISING), { resume: true, report });
    const whole = await outcome(await temporaryDirectory(), new FakeModel(RISING));
    expect(value).toBe(whole.value);
    expect(whole.metrics.endsWith(metrics)).toBe(true);
    expect(told[0]).toEqual({ kind: "warning", message: expect.stringContaining(`${log}: lines before the last`) });
    expect(await checkMetrics(directory)).toBe(true);
  });

  it("refuses to go on with a log of other content", async () => {
    const directory = await temporaryDirectory();
    await outcome(directory, new FakeModel(RISING));
    const log = join(directory, "metrics.jsonl");
    await writeFile(log, (await readFile(log, "utf8")).replace("train", "brain"));
    await expect(outcome(directory, new FakeModel(RISING), { resume: true })).rejects.toThrow("changed content");
  });

  it("refuses to go on with a figure that is no number", async () => {
    const model = new FakeModel(RISING);
    model.step = async (step) => ({ loss: step === 10 ? Number.NaN : 1 });
    const failed = runLoop(model, settings(await temporaryDirectory()));
    await expect(failed).rejects.toThrow(OperationError);
    await expect(failed).rejects.toThrow("loss is NaN in step 10");
  });

  it.each([
    ["sequential loss", { score: 0.1, figures: { "sequential loss": Number.POSITIVE_INFINITY } }],
    ["score", { score: Number.NaN, figures: {} }],
  ])("refuses to end an epoch whose validation found a %s that is no number", async (name, found) => {
    const directory = await temporaryDirectory();
    const model = new FakeModel(RISING);
    model.validate = async () => found;
    const failed = runLoop(model, settings(directory));
    await expect(failed).rejects.toThrow(OperationError);
    await expect(failed).rejects.toThrow(new RegExp(`${name} is .* in the validation after epoch 1: .*diverged`));
    const checkpoints = Checkpoints.ofRun(directory);
    expect(await checkpoints.find("best")).toBeUndefined();
    expect(await checkpoints.find("last")).toContain("last-00000022");
  });
});
