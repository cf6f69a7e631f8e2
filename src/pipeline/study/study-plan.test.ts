import { describe, expect, it } from "vitest";
import { sha256 } from "../../base/files.ts";
import { WITNESS_OPTIONS } from "../../recommenders/isrf/index.ts";
import { DEFAULT_STUDY, readDataset, readSystem, type StudyConfig, type SystemConfig } from "./study-config.ts";
import { cellOf, commandOf, planSystems } from "./study-plan.ts";

const study = (systems: SystemConfig[], more: Partial<StudyConfig> = {}): StudyConfig => ({
  ...DEFAULT_STUDY,
  systems,
  ...more,
});
const sasrec: SystemConfig = { model: "sasrec", set: {} };
const NO_WITNESSES = Object.fromEntries(Object.values(WITNESS_OPTIONS).map((name) => [name, false]));

describe("planSystems", () => {
  it("tries learning rates of 1, 3 and 1/3 times the preset's where a system gives no grid", () => {
    const [planned] = planSystems(study([sasrec], { trials: 3 }));
    // Preset tiny of the id models has 5e-3.
    expect(planned!.resolved.map(({ learningRate }) => learningRate)).toEqual([0.005, 0.015, 0.001667]);
  });

  it("puts a grid over the system's own settings, and the time limit under both", () => {
    const system = { ...sasrec, set: { width: 16, epochs: 3 }, grid: [{ dropout: 0.1 }, { epochs: 4 }] };
    const [planned] = planSystems(study([system], { minutes: 2 }));
    expect(planned!.trials).toEqual([
      { maxMinutes: 2, width: 16, epochs: 3, dropout: 0.1 },
      { maxMinutes: 2, width: 16, epochs: 4 },
    ]);
    expect(planned!.resolved[1]).toMatchObject({ width: 16, epochs: 4, maxMinutes: 2 });
  });

  it("tries fewer settings of a system that asks for fewer", () => {
    const [own, rates] = planSystems(
      study([
        { ...sasrec, trials: 1, grid: [{ width: 16 }] },
        { ...sasrec, label: "rates", trials: 2 },
      ]),
    );
    expect(own!.trials).toEqual([{ width: 16 }]);
    expect(rates!.trials).toHaveLength(2);
  });

  it("gives equal settings an equal place, other settings another, and says the command", () => {
    const [a] = planSystems(study([sasrec]));
    const [b] = planSystems(study([{ ...sasrec, grid: [{ learningRate: 0.015 }, {}] }]));
    expect(cellOf("shop", a!, 1, 7).id).toBe(cellOf("shop", b!, 0, 7).id);
    expect(cellOf("shop", a!, 0, 7).id).not.toBe(cellOf("shop", a!, 1, 7).id);
    expect(cellOf("shop", a!, 0, 7).id).toMatch(/^shop\/sasrec\/[0-9a-f]{8}\/seed-7$/);
    expect(commandOf(cellOf("shop", a!, 1, 7), "run", { dataset: "data" })).toBe(
      "isrf train data --model sasrec --preset tiny --set learningRate=0.015 --seed 7 --out run",
    );
    expect(commandOf(cellOf("shop", a!, 0, 7), "run", { dataset: "data", device: "cuda" })).toBe(
      "isrf train data --model sasrec --preset tiny --device cuda --seed 7 --out run",
    );
  });

  it("trains under the study's protocol, with its values and in a place of its own", () => {
    const pod: SystemConfig = { model: "pod", set: {} };
    const [strict] = planSystems(study([pod]));
    const [paper] = planSystems(study([pod], { protocol: "paper" }));
    expect(strict!.resolved[0]).toMatchObject({ decoding: "tree", promptPadding: "masked" });
    expect(paper!.resolved[0]).toMatchObject({ decoding: "free", promptPadding: "visible" });
    expect(cellOf("shop", paper!, 0, 7).id).not.toBe(cellOf("shop", strict!, 0, 7).id);
    expect(commandOf(cellOf("shop", paper!, 0, 7), "run", { dataset: "data" })).toMatch(/ --protocol paper /);
  });

  it("names other vectors in the place of a row that reads them, and the usual ones in none", () => {
    const text: SystemConfig = { model: "sasrec-text", set: {} };
    const places = (more: Partial<StudyConfig>, own: Partial<SystemConfig> = {}) =>
      planSystems(study([{ ...text, ...own }, sasrec], { trials: 1, ...more })).map(
        (system) => cellOf("shop", system, 0, 7).id,
      );
    const [usual, rival] = places({});
    const { model, preset, resolved } = planSystems(study([text], { trials: 1 }))[0]!;
    // As it was before vectors were in it: folders of earlier versions are found again.
    expect(usual).toContain(sha256(JSON.stringify({ model, preset, options: resolved[0] })).slice(0, 8));
    expect(places({ embeddings: "easyrec" })[0]).not.toBe(usual);
    expect(places({ embeddings: "easyrec" })[1]).toBe(rival);
    expect(places({ embeddings: "easyrec" }, { embeddings: "lsa" })[0]).toBe(usual);
    expect(places({ embeddings: "easyrec" })).toEqual(places({}, { embeddings: "easyrec" }));
  });

  it("gives a system some of the study's seeds where it asks for them", () => {
    const systems = [sasrec, { model: "rsl-proxy", set: {}, seeds: [3, 1] }];
    expect(planSystems(study(systems, { seeds: [1, 2, 3] })).map(({ seeds }) => seeds)).toEqual([
      [1, 2, 3],
      [1, 3],
    ]);
  });

  it.each([
    ["systems that a protocol does not have", study([sasrec], { protocol: "paper" }), /sasrec cannot be trained under/],
    ["unequal tuning budgets", study([{ ...sasrec, grid: [{ width: 16 }] }]), /1 settings, expected 2: every system/],
    [
      "grids that change what is measured",
      study([{ ...sasrec, grid: [{}, { selection: "direct" }] }]),
      /varies selection/,
    ],
    [
      "grids that change whom scores are reported on",
      study([{ model: "isrf", set: {}, grid: [{}, { weightReportUsers: 7 }] }]),
      /varies weightReportUsers/,
    ],
    [
      "grids in which one trial answers without witnesses, and is scored otherwise",
      study([{ model: "isrf", set: {}, grid: [{}, NO_WITNESSES] }]),
      /varies whose answers are scored/,
    ],
    ["wrong options before anything is trained", study([{ ...sasrec, set: { widht: 3 } }]), /option widht/],
    [
      "trials that set an option where it does nothing",
      study([{ model: "isrf", set: { itemHead: 0 }, grid: [{}, { candidateHead: 0, headWeight: 9 }] }]),
      /option headWeight=9 does nothing here: it needs itemHead or candidateHead above 0/,
    ],
    ["unknown models", study([{ model: "sasrek", set: {} }]), /Did you mean sasrec/],
    ["labels that are taken", study([sasrec, sasrec]), /system sasrec is named twice/],
    ["names of yardsticks", study([{ ...sasrec, label: "popularity" }]), /cannot be called popularity/],
    ["seeds that are taken", study([sasrec], { seeds: [1, 1] }), /seed 1 is named twice/],
    ["seeds that are none of the study's", study([{ ...sasrec, seeds: [1, 9] }]), /seed 9 of sasrec is none/],
    ["seeds without the one of the trials", study([{ ...sasrec, seeds: [2, 3] }]), /sasrec lacks seed 1, with which/],
    [
      "fusions with what is not trained",
      study([
        { ...sasrec, fuse: "lightgcn" },
        { model: "lightgcn", set: {}, seeds: [1] },
      ]),
      /sasrec fuses lightgcn, which is not trained with seed 2/,
    ],
    ["fusions with nothing", study([{ ...sasrec, fuse: "lightgcn" }]), /fuses lightgcn, which is no system/],
    [
      "a system that is tuned longer than the others",
      study([{ ...sasrec, trials: 3 }]),
      /asks for 3 trials, more than/,
    ],
    [
      "a grid of another length than a system's own trials",
      study([{ ...sasrec, trials: 1, grid: [{}, { dropout: 0.1 }] }]),
      /has 2 settings, expected 1/,
    ],
    ["more trials than there are rates to try", study([sasrec], { trials: 4 }), /4 trials, but sasrec has no grid/],
  ])("refuses %s", (_, config, message) => {
    expect(() => planSystems(config)).toThrow(message);
  });
});

describe("words of a settings file", () => {
  it("are a name, or a record with that name and more", () => {
    expect(readSystem("sasrec")).toEqual({ model: "sasrec", set: {} });
    expect(readSystem({ model: "isrf", set: { beta: 2 } })).toEqual({ model: "isrf", set: { beta: 2 } });
    expect(readDataset("shop")).toBe("shop");
  });

  it("are refused with the key that is wrong", () => {
    expect(() => readSystem({ model: "isrf", seting: 1 })).toThrow(/seting/);
    expect(() => readSystem({ model: "isrf", label: "a b" })).toThrow(/letters, digits/);
    expect(() => readDataset({ name: "x" })).toThrow(/either p5 or synth/);
  });
});
