// The loss of validation questions, which ends trainings with `selection=loss`.
import { expect, it } from "vitest";
import { smallestOptions, tinyData, tinyNegatives, tinyState } from "../../../test/support/tiny-isrf.ts";
import { validationQuestions } from "../training/ranking-validation.ts";
import { validationPrompts } from "./examples/validation-prompts.ts";
import { GenerativeValidation } from "./validation.ts";

it("asks every user, also those beyond the last whole batch", async () => {
  const options = smallestOptions({ batch: 4, selection: "loss" });
  const data = tinyData();
  const state = await tinyState({ batch: 4, selection: "loss" });
  const negatives = (user: number) => tinyNegatives(data.split, user);
  const { sequential } = validationPrompts(
    validationQuestions(data.split, negatives, options.validationUsers, 1),
    options,
  );
  const loss = async (prompts: typeof sequential) => {
    const context = { options, seed: 1, compile: { threads: 1 } };
    const validation = new GenerativeValidation({ sequential: prompts, direct: [], explanation: [] }, context);
    const { figures } = await validation.of(state);
    await validation.dispose();
    return figures["sequential loss"]!;
  };
  const [whole, first, last] = [sequential.slice(0, 5), sequential.slice(0, 4), sequential.slice(4, 5)];
  expect(await loss(whole)).toBeCloseTo((4 * (await loss(first)) + (await loss(last))) / 5, 5);
  expect(await loss(whole)).not.toBeCloseTo(await loss(first), 5);
});
