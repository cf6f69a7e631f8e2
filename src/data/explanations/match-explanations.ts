// What a review file says of the pairs that a shop holds, and what of it was left out and why: nothing is dropped
// without a word.
import { InputError } from "../../base/errors.ts";
import type { Report } from "../../base/progress.ts";
import { percent } from "../../base/written-numbers.ts";
import type { RawShop, SourceNumbers } from "../raw-shop.ts";
import type { LeftOut } from "../understanding.ts";
import type { ToldSentence, ToldSentences } from "./read-explanations.ts";
import type { Sentence, SentencePart } from "./sentence-source.ts";

/** A sentence on a pair of the shop: positions of users and items as the shop has them. */
export interface ShopSentence extends Sentence {
  readonly user: number;
  readonly item: number;
  readonly rating?: number | undefined;
  readonly part?: SentencePart | undefined;
}

export interface MatchedSentences {
  /** By user, then by place in the user's sequence. */
  readonly sentences: readonly ShopSentence[];
  readonly leftOut: readonly LeftOut[];
}

export interface ShopsOfSentences {
  /** Before filters. */
  readonly whole: RawShop;
  /** After them. */
  readonly shop: RawShop;
  /** How the shop's other files call users and items, where they go by numbers. */
  readonly numbers?: SourceNumbers | undefined;
}

/** As many examples of a reason as people look at. */
const EXAMPLES = 3;

/** @throws InputError where no sentence is left: the file belongs to another shop, or its ids are others. */
export function matchExplanations(told: ToldSentences, shops: ShopsOfSentences, report: Report): MatchedSentences {
  const { records, name } = told;
  const resolve = resolver(told, shops, report);
  const left = new Omissions();
  const kept = new Map<string, ShopSentence>();
  for (const record of records) {
    const found = resolve(record);
    if (typeof found === "string") left.add(found, record);
    else if (kept.has(`${found.user} ${found.item}`)) left.add("a repeat of a user and item", record);
    else kept.set(`${found.user} ${found.item}`, found);
  }
  const { leftOut } = left;
  const words = leftOut.map(({ reason, count }) => `${count} with ${reason}`).join(", ");
  if (kept.size === 0) throw nothingLeft(name, records, words, shops);
  if (leftOut.length > 0) report({ kind: "warning", message: `${name}: left out of ${records.length}: ${words}.` });
  const sentences = inOrder([...kept.values()], shops.shop);
  describe(name, sentences, shops.shop, report);
  return { sentences, leftOut };
}

/** Reasons in the order of the checks that find them. */
class Omissions {
  private readonly reasons = new Map<string, { count: number; examples: { place: string; text: string }[] }>();

  add(reason: string, { user, item, text }: ToldSentence): void {
    const known = this.reasons.get(reason) ?? { count: 0, examples: [] };
    known.count++;
    if (known.examples.length < EXAMPLES) known.examples.push({ place: `user ${user}, item ${item}`, text });
    this.reasons.set(reason, known);
  }

  get leftOut(): readonly LeftOut[] {
    return Array.from(this.reasons, ([reason, { count, examples }]) => ({ reason, count, examples }));
  }
}

/** What a record is of in the shop, or the reason to leave it out. */
function resolver(
  { records, name }: ToldSentences,
  { whole, shop, numbers }: ShopsOfSentences,
  report: Report,
): (record: ToldSentence) => ShopSentence | string {
  const users = idsOf("user", whole.users, numbers?.users);
  const items = idsOf(
    "item",
    whole.items.map(({ itemId }) => itemId),
    numbers?.items,
  );
  const userOf = users.reader(
    records.map(({ user }) => user),
    name,
    report,
  );
  const itemOf = items.reader(
    records.map(({ item }) => item),
    name,
    report,
  );
  const userPlace = new Map(shop.users.map((id, place) => [id, place]));
  const itemPlace = new Map(shop.items.map(({ itemId }, place) => [itemId, place]));
  const owned = remembered((user: number) => new Set(shop.sequences[user]));
  return ({ user: userWord, item: itemWord, text, feature, rating, part }) => {
    if (userWord === "" || itemWord === "") return "no user or no item";
    if (text === "") return "an empty sentence";
    const [userId, itemId] = [userOf(userWord), itemOf(itemWord)];
    if (userId === undefined) return "an unknown user";
    if (itemId === undefined) return "an unknown item";
    const [user, item] = [userPlace.get(userId), itemPlace.get(itemId)];
    if (user === undefined || item === undefined) return "a user or item that the filters left out";
    if (!owned(user).has(item)) return "a user and item without an interaction";
    return { user, item, text, feature, rating, part };
  };
}

/** One way of naming for the whole file: a number that is also some other's id must not be taken for it. */
function idsOf(what: "user" | "item", ids: readonly string[], numbers: ReadonlyMap<string, string> | undefined) {
  const known = new Set(ids);
  const byId = (word: string) => (known.has(word) ? word : undefined);
  return {
    reader(words: readonly string[], name: string, report: Report): (word: string) => string | undefined {
      if (numbers === undefined) return byId;
      const distinct = [...new Set(words)];
      const named = distinct.filter((word) => known.has(word)).length;
      const numbered = distinct.filter((word) => numbers.has(word)).length;
      if (named >= numbered) return byId;
      report({ kind: "notice", message: `${name}: ${what}s go by the numbers of sequential.txt.` });
      return (word) => numbers.get(word);
    },
  };
}

function inOrder(sentences: readonly ShopSentence[], { sequences }: RawShop): ShopSentence[] {
  return [...sentences].sort(
    (a, b) => a.user - b.user || sequences[a.user]!.indexOf(a.item) - sequences[b.user]!.indexOf(b.item),
  );
}

function describe(name: string, sentences: readonly ShopSentence[], { sequences }: RawShop, report: Report): void {
  const pairs = sequences.reduce((sum, { length }) => sum + length, 0);
  const featured = sentences.filter(({ feature }) => feature !== undefined).length;
  const without = featured === sentences.length ? "each" : `${featured}`;
  const message = `${name}: sentences on ${sentences.length} of ${pairs} interactions (${percent(sentences.length / pairs, 1)}), ${without} with a feature.`;
  report({ kind: "notice", message });
}

function nothingLeft(
  where: string,
  records: readonly ToldSentence[],
  words: string,
  { whole }: ShopsOfSentences,
): InputError {
  const [first] = records;
  const seen =
    first === undefined ? "no record" : `none of ${records.length} sentences on a pair of the shop: ${words}`;
  const example = first === undefined ? "" : ` Here users are called as "${first.user}" and items as "${first.item}".`;
  return new InputError({
    where,
    found: seen,
    expected: `users and items as the shop calls them, such as "${whole.users[0]}" and "${whole.items[0]?.itemId}"`,
    todo: `Name the review file of this shop, with the same ids.${example}`,
  });
}

function remembered<T>(make: (index: number) => T): (index: number) => T {
  const known = new Map<number, T>();
  return (index) => {
    const value = known.get(index) ?? make(index);
    known.set(index, value);
    return value;
  };
}
