import { describe, expect, it } from "vitest";
import { randomShop } from "../../../test/support/random-shop.ts";
import type { RawShop } from "../raw-shop.ts";
import { timePlan } from "./by-time.ts";
import { coldItemsPlan } from "./cold-items.ts";
import { coldUsersPlan } from "./cold-users.ts";
import type { SplitPlan } from "./split-plan.ts";

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);
const sequenceOf = (shop: RawShop, id: string) => [...shop.sequences[shop.users.indexOf(id)]!];
const prefixes = ({ shop }: SplitPlan, heldOut: number) => shop.sequences.map((items) => [...items.slice(0, -heldOut)]);

describe.each(SEEDS)("of the random shop %i", (seed) => {
  const shop = randomShop(seed);

  it("cold items train nothing, and exactly those who hold one out are asked for it", () => {
    const plan = coldItemsPlan(shop, 0.1, seed);
    const cold = new Set(plan.coldItems);
    const had = new Set(shop.sequences.flatMap((items) => [...items]));
    expect(cold.size).toBe(Math.round(0.1 * had.size));
    expect([...cold].every((item) => had.has(item))).toBe(true);
    expect(
      prefixes(plan, 2)
        .flat()
        .some((item) => cold.has(item)),
    ).toBe(false);
    plan.shop.users.forEach((id, user) => {
      const [whole, kept] = [sequenceOf(shop, id), [...plan.shop.sequences[user]!]];
      expect(kept.slice(-2)).toEqual(whole.slice(-2));
      expect(kept.slice(0, -2)).toEqual(whole.slice(0, -2).filter((item) => !cold.has(item)));
      for (const [split, place] of [
        ["valid", -2],
        ["test", -1],
      ] as const) {
        const question = plan.questions.find((each) => each.split === split && each.userId === id);
        expect(question?.target).toBe(cold.has(whole.at(place)!) ? whole.at(place) : undefined);
        if (question !== undefined) expect([...question.history]).toEqual(kept.slice(0, place));
      }
    });
    expect(plan.leftOutUsers).toBe(shop.users.length - plan.shop.users.length);
  });

  it("cold users train nothing, and are asked for their last items given those before", () => {
    const plan = coldUsersPlan(shop, 0.1, seed);
    const asked = new Set(plan.questions.map(({ userId }) => userId));
    expect(asked.size).toBe(Math.round(0.1 * shop.users.length));
    expect([...asked, ...plan.shop.users].sort()).toEqual([...shop.users].sort());
    plan.shop.users.forEach((id, user) => {
      expect([...plan.shop.sequences[user]!]).toEqual(sequenceOf(shop, id));
    });
    for (const { split, userId, user, history, target } of plan.questions) {
      expect(user).toBeUndefined();
      const whole = sequenceOf(shop, userId);
      expect([...history, target]).toEqual(split === "test" ? whole : whole.slice(0, -1));
    }
  });

  it("by time nothing from then on trains, and everybody is asked for what came first", () => {
    const from = 700;
    const plan = timePlan(shop, from);
    const countBefore = (id: string) => shop.timestamps![shop.users.indexOf(id)]!.filter((time) => time < from).length;
    plan.shop.users.forEach((id, user) => {
      expect([...plan.shop.sequences[user]!]).toEqual(sequenceOf(shop, id).slice(0, countBefore(id)));
    });
    expect(plan.shop.users).toEqual(shop.users.filter((id) => countBefore(id) >= 2));
    for (const { split, userId, user, history, target } of plan.questions) {
      const [whole, known] = [sequenceOf(shop, userId), countBefore(userId)];
      expect(user === undefined).toBe(known < 2);
      const shown = split === "valid" ? known - 1 : Math.max(1, known);
      expect([...history, target]).toEqual(whole.slice(0, shown + 1));
    }
    const askable = shop.users.filter((id) => sequenceOf(shop, id).length > Math.max(1, countBefore(id)));
    expect(plan.questions.filter(({ split }) => split === "test").map(({ userId }) => userId)).toEqual(askable);
    const met = new Set(shop.users.flatMap((id) => sequenceOf(shop, id).slice(0, countBefore(id))));
    expect(plan.unknownItems).toBe(shop.items.length - met.size);
  });

  it("equal seeds draw the same, others others", () => {
    expect(coldItemsPlan(shop, 0.1, seed)).toEqual(coldItemsPlan(shop, 0.1, seed));
    expect(coldItemsPlan(shop, 0.2, seed).coldItems).not.toEqual(coldItemsPlan(shop, 0.2, seed + 1).coldItems);
    expect(coldUsersPlan(shop, 0.2, seed).shop.users).not.toEqual(coldUsersPlan(shop, 0.2, seed + 1).shop.users);
  });
});

it("leaves out users whose prefix held cold items alone", () => {
  const items = ["a", "b", "c", "d"].map((itemId, k) => ({ itemId, sourceNumber: k + 1 }));
  const sequences = [Int32Array.of(0, 1, 2), Int32Array.of(1, 2, 3), Int32Array.of(3, 0, 1)];
  const shop = { users: ["x", "y", "z"], items, sequences };
  for (const seed of SEEDS) {
    const { coldItems, shop: kept, leftOutUsers } = coldItemsPlan(shop, 0.25, seed);
    const lost = shop.users.filter((_, user) => sequences[user]![0] === coldItems![0]);
    expect(kept.users).toEqual(shop.users.filter((id) => !lost.includes(id)));
    expect(leftOutUsers).toBe(lost.length);
  }
});
