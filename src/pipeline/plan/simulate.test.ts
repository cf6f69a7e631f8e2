import { describe, expect, it } from "vitest";
import { MOST_PLAYED, simulate } from "./simulate.ts";

/** Mean over seeds. */
function mean(of: (seed: number) => number, seeds = 300): number {
  return Array.from({ length: seeds }, (_, seed) => of(seed)).reduce((sum, value) => sum + value, 0) / seeds;
}

describe("a schedule", () => {
  it.each([
    [10, 3, 4],
    [9, 3, 3],
    [1, 5, 1],
    [100, 1, 100],
  ])("of %i equal tasks on %i workers takes %i rounds", (tasks, workers, rounds) => {
    const { seconds, attempts } = simulate({ tasks, workers, taskSeconds: 2 });
    expect(seconds).toBeCloseTo(2 * rounds, 9);
    expect(attempts).toBe(tasks);
  });

  it("of tasks in parts lets a worker go on with its own, and a failed part is done again, not its task", () => {
    expect(simulate({ tasks: 10, workers: 4, taskSeconds: 2, parts: 3 }).seconds).toBeCloseTo(3 * 3 * 2, 9);
    const [p, tries] = [0.2, 3];
    const { attempts, setAside } = simulate({
      tasks: 20_000,
      workers: 9,
      taskSeconds: 1,
      parts: 2,
      failures: p,
      tries,
    });
    const ofAPart = 1 + p + p ** 2;
    // The second part is begun where the first was not given up.
    expect(attempts / 20_000 / (ofAPart * (1 + 1 - p ** tries))).toBeCloseTo(1, 1);
    expect(setAside / 20_000).toBeCloseTo(1 - (1 - p ** tries) ** 2, 2);
  });

  it("of exponential times on as many workers as tasks takes the harmonic number of them", () => {
    const harmonic = 1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5 + 1 / 6;
    const seconds = mean(
      (seed) => simulate({ tasks: 6, workers: 6, taskSeconds: 1, spread: "exponential", seed }).seconds,
      4000,
    );
    expect(Math.abs(seconds / harmonic - 1)).toBeLessThan(0.03);
  });

  it("of exponential times on two workers takes half the work and the mean wait for the last one", () => {
    // n tasks: (n - 1) ends at twice the rate, then the last task alone.
    const seconds = mean(
      (seed) => simulate({ tasks: 20, workers: 2, taskSeconds: 1, spread: "exponential", seed }).seconds,
      2000,
    );
    expect(Math.abs(seconds / (19 / 2 + 1) - 1)).toBeLessThan(0.03);
  });

  it("that may begin so many a second takes as long as that lets it", () => {
    const { seconds } = simulate({ tasks: 101, workers: 1000, taskSeconds: 3, perSecond: 5 });
    expect(seconds).toBeCloseTo(100 / 5 + 3, 9);
  });

  it("whose attempts fail makes as many as the geometric series says, and sets aside the rest", () => {
    const [p, tries] = [0.2, 3];
    const options = { tasks: 20_000, workers: 50, taskSeconds: 1, failures: p, tries };
    const { attempts, setAside, seconds } = simulate(options);
    expect(attempts / 20_000).toBeCloseTo(1 + p + p ** 2, 1);
    expect(setAside / 20_000).toBeCloseTo(p ** tries, 2);
    expect(seconds).toBeGreaterThanOrEqual(attempts / 50);
    expect(seconds).toBeLessThan(attempts / 50 + tries + 1);
  });

  it("with stragglers does their work too, and may end by one of them", () => {
    const options = { tasks: 10_000, workers: 100, taskSeconds: 1, stragglers: 0.05, stragglerFactor: 10 };
    const { seconds, busy } = simulate(options);
    const work = (10_000 * (0.95 + 0.05 * 10)) / 100;
    expect(seconds).toBeGreaterThan(work * 0.95);
    expect(seconds).toBeLessThan(work * 1.05 + 10);
    expect(busy).toBeLessThanOrEqual(1);
  });

  it("is the same for the same seed, and another for another", () => {
    const of = (seed: number) =>
      simulate({ tasks: 500, workers: 7, taskSeconds: 1, spread: "exponential", failures: 0.1, seed });
    expect(of(3)).toEqual(of(3));
    expect(of(3)).not.toEqual(of(4));
  });

  it("too large to play through grows evenly", () => {
    const { seconds, attempts } = simulate({ tasks: 10 * MOST_PLAYED, workers: 100, taskSeconds: 2 });
    expect(seconds).toBeCloseTo((10 * MOST_PLAYED * 2) / 100, 3);
    expect(attempts).toBe(10 * MOST_PLAYED);
  });
});
