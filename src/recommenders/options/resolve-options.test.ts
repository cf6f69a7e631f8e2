import { describe, expect, it } from "vitest";
import { UsageError } from "../../base/errors.ts";
import { optionSpace } from "../generative/options/system.ts";
import { isrf as byHeads } from "../isrf/isrf.ts";
import { lightgcnDefinition } from "../lightgcn/lightgcn.ts";
import { nclDefinition } from "../ncl/ncl.ts";
import { p5Definition } from "../p5/p5.ts";
import { sasrecDefinition } from "../sasrec/sasrec.ts";
import type { Values } from "./needs.ts";
import { ownNames } from "./own-names.ts";
import { resolveOptions } from "./resolve-options.ts";

const isrf = optionSpace(byHeads);
const sasrec = sasrecDefinition.options;
const heads = { itemHead: 0, candidateHead: 0 };

describe("a user's value that would do nothing", () => {
  const idle: [string, Values, string][] = [
    [
      "the weight of heads that are off",
      { ...heads, headWeight: 9 },
      "itemHead or candidateHead above 0 (now 0 and 0)",
    ],
    ["a head start without the item head", { itemHead: 0, headStartEpochs: 5 }, "itemHead above 0 (now 0)"],
    ["a map without the shortcut", { headShortcut: false, historyMap: true }, "headShortcut true (now false)"],
    ["history for no candidate head", { candidateHead: 0, candidateHistory: true }, "candidateHead above 0 (now 0)"],
    ["a candidate head without direct batches", { tasks: "sequential", candidateHead: 2 }, "tasks both or direct"],
    ["the batch of no warm start", { warmStartEpochs: 0, warmStartBatch: 5 }, "warmStartEpochs above 0 (now 0)"],
    ["user codes in words", { promptForm: "text", userCodes: "random" }, "promptForm compact (now text)"],
    ["texts in codes without texts", { codeTexts: 0.3 }, "itemCodes text+interests (now interests)"],
    ["item codes in words", { promptForm: "text", itemCodes: "random" }, "promptForm compact (now text)"],
  ];
  it.each(idle)("is refused: %s", (_, given, needed) => {
    expect(() => resolveOptions(isrf, "mini", { given })).toThrow(UsageError);
    expect(() => resolveOptions(isrf, "mini", { given })).toThrow(`does nothing here: it needs ${needed}`);
  });

  it("is refused in one sentence", () => {
    expect(() => resolveOptions(isrf, "mini", { given: { ...heads, headWeight: 9 } })).toThrow(
      "option headWeight=9 does nothing here: it needs itemHead or candidateHead above 0 (now 0 and 0). Set one, or leave headWeight out.",
    );
  });

  it.each([
    ["hideTarget", { hideTarget: true, individualLayers: 0 }],
    ["distillWarmupEpochs", { lambdaDirect: 3, distillWarmupEpochs: 99 }],
  ])("is refused where the option is gone: %s", (name, given) => {
    expect(() => resolveOptions(isrf, "mini", { given })).toThrow(`option ${name}: no longer exists`);
  });

  it("is refused in id models too, also when it comes too late", () => {
    const never = { prototypes: 1e-6, warmupEpochs: 20, epochs: 10 };
    expect(() => resolveOptions(nclDefinition.options, "mini", { given: never })).toThrow(
      "option prototypes=0.000001 does nothing here: it needs warmupEpochs below epochs (now 20 and 10). Set that, or leave",
    );
  });

  it("is taken when it says that the option is off", () => {
    const given = { ...heads, headWeight: 0, headStartEpochs: 0, historyMap: false };
    expect(resolveOptions(isrf, "mini", { given })).toMatchObject(given);
  });

  it("is not looked for among the values of presets and protocols", () => {
    expect(resolveOptions(isrf, "mini", { given: heads })).toMatchObject({ ...heads, headWeight: 4, historyMap: true });
    const direct = resolveOptions(isrf, "mini", { given: { tasks: "direct" }, protocol: "paper" });
    expect(direct).toMatchObject({ tasks: "direct", sequentialBeams: 30 });
  });

  it("is refused by what the model is, where nothing can make it count", () => {
    expect(() => resolveOptions(p5Definition.options, "mini", { given: { temperature: 1 } })).toThrow(
      "option temperature: does nothing in p5; it needs lambdaDirect or lambdaSequential above 0, which p5 does not have.",
    );
  });
});

describe("wrong options", () => {
  it("are refused with the nearest name, or with what RecBole's name is like here", () => {
    expect(() => resolveOptions(sasrec, "mini", { given: { head: 2 } })).toThrow(
      "option head: no such option. Did you mean heads? `isrf models sasrec` lists all options.",
    );
    expect(() => resolveOptions(sasrec, "mini", { given: { hidden_dropout_prob: 0.1 } })).toThrow(
      "no such option. Nearest is dropout: one share for embeddings, attention and sublayers.",
    );
    expect(() => resolveOptions(lightgcnDefinition.options, "mini", { given: { reg_weight: 1 } })).toThrow(
      "Nearest is regularisation",
    );
  });

  it("are refused under a protocol that demands others, and for one that the model does not have", () => {
    expect(() => resolveOptions(isrf, "mini", { given: { labelPadding: "trained" } })).toThrow(
      "labelPadding trained: protocol strict demands masked; use --protocol paper for it.",
    );
    expect(() => resolveOptions(sasrec, "mini", { protocol: "paper" })).toThrow(
      "model sasrec cannot be trained under protocol paper.",
    );
  });
});

describe("RecBole's names", () => {
  it("are taken for ours, and said to be", () => {
    const given = { n_heads: 4, hidden_size: 32, loss_type: "BPR", MAX_ITEM_LIST_LENGTH: 20 };
    expect(resolveOptions(sasrec, "mini", { given })).toMatchObject({
      heads: 4,
      width: 32,
      loss: "bpr",
      maxHistory: 20,
    });
    expect(ownNames(sasrec, { n_heads: 4 }).notices).toEqual(["n_heads is RecBole's name; here it is heads."]);
  });

  it("are refused beside our name for the same", () => {
    expect(() => resolveOptions(sasrec, "mini", { given: { n_heads: 4, heads: 2 } })).toThrow(
      "options n_heads and heads: two names of one option; leave one of them out.",
    );
  });
});
