// The compact prompt form: one position a word instead of four to five tokens an id.
//   bare    [user] [group]? item item ...
//   worded  the words of a template, with one position for the user and one for each item.
// An item's position carries the sum of its code embeddings, its whole-word embedding and its recency; a user is named
// by codes too (`users`), or by one token that all users share, where the whole word tells them apart.
import { CODE_SPECIALS, type ItemCodes } from "./item-codes.ts";
import { type Prompt, type PromptForm, type PromptWriter, templatePrompts, WORD } from "./prompt.ts";
import { UNK_ID } from "./t5-config.ts";
import { type TemplateUse, templatesOf, templateWords } from "./templates.ts";

export interface CompactFormOptions {
  readonly items: ItemCodes;
  /** Codes of users, as wide, numbered like items' from the first free token after the specials. */
  readonly users?: ItemCodes | undefined;
  readonly hasGroup: boolean;
  readonly templates: TemplateUse;
  /** Further words that prompts or answers hold. */
  readonly words?: readonly string[];
}

export function compactPrompts({ items, users, hasGroup, templates, words = [] }: CompactFormOptions): PromptForm {
  const ids = vocabularyOf(items, users, [...templateWords(templates), ...words]);
  const { width } = items;
  const names = { width, items: items.tokens, users: users?.tokens, userShift: items.vocabulary - CODE_SPECIALS.count };
  const writer = (): PromptWriter => new CompactWriter(names, ids.byWord);
  const bare = (user: number, list: ArrayLike<number>): Prompt => {
    const to = new CompactWriter(names, ids.byWord);
    to.user(user);
    to.group(hasGroup);
    for (let i = 0; i < list.length; i++) to.item(list[i]!, i);
    return to.finish();
  };
  const target = (item: number): readonly number[] => Array.from(codeOf(items.tokens, width, item));
  const itemsByCode = new Map<string, number>();
  for (let item = 0; width * item < items.tokens.length; item++) itemsByCode.set(target(item).join(), item);
  const isBare = templates === "bare";
  return {
    kind: "compact",
    tokensPerPosition: width,
    isAligned: isBare,
    vocabulary: ids.size,
    ...(isBare
      ? {
          templates: { sequential: 0, direct: 0, explanation: 0 },
          sequential: bare,
          direct: bare,
          explanation: (user, item) => bare(user, [item]),
        }
      : templatePrompts(templates, writer)),
    writer,
    word: (text) => [ids.byWord.get(text) ?? UNK_ID],
    positions: (count) => count + (isBare ? 2 : longestWording(templates)),
    target,
    longestTarget: width + 1,
    itemOf: (tokens) => itemsByCode.get(Array.from(tokens).join()) ?? -1,
  };
}

/** Specials and item codes come first, then user codes, then words. */
function vocabularyOf(
  items: ItemCodes,
  users: ItemCodes | undefined,
  words: readonly string[],
): { byWord: ReadonlyMap<string, number>; size: number } {
  const first = items.vocabulary + (users === undefined ? 0 : users.vocabulary - CODE_SPECIALS.count);
  const unique = [...new Set(words)];
  return { byWord: new Map(unique.map((word, i) => [word, first + i])), size: first + unique.length };
}

/** Most positions of a template, without its items. */
function longestWording(use: TemplateUse): number {
  const all = (["sequential", "direct"] as const).map((task) => templatesOf(task, use));
  const lengths = all.flatMap(({ drawn, asked }) => [...drawn, asked]).map((template) => template.split(" ").length);
  return Math.max(...lengths) - 1;
}

/** Tokens of a row of codes. */
const codeOf = (tokens: Int32Array, width: number, row: number): Int32Array =>
  tokens.subarray(width * row, width * (row + 1));

interface Names {
  /** Tokens a position. */
  readonly width: number;
  readonly items: Int32Array;
  readonly users: Int32Array | undefined;
  /** Added to user codes, so that no item shares them. */
  readonly userShift: number;
}

class CompactWriter implements PromptWriter {
  private readonly names: Names;
  private readonly byWord: ReadonlyMap<string, number>;
  private readonly tokens: number[] = [];
  private readonly words: number[] = [];
  private readonly places: number[] = [];

  constructor(names: Names, byWord: ReadonlyMap<string, number>) {
    this.names = names;
    this.byWord = byWord;
  }

  word(text: string): void {
    this.putOne(this.byWord.get(text) ?? UNK_ID, WORD.none);
  }

  user(user: number): void {
    const { width, users, userShift } = this.names;
    if (users === undefined) this.putOne(CODE_SPECIALS.user, WORD.user);
    else
      this.put(
        codeOf(users, width, user).map((token) => token + userShift),
        WORD.user,
      );
  }

  /** Without a group word the position stays, so that items keep their places; it carries its token alone. */
  group(hasGroup: boolean): void {
    this.putOne(CODE_SPECIALS.group, hasGroup ? WORD.group : WORD.none);
  }

  item(item: number, slot: number): void {
    this.put(codeOf(this.names.items, this.names.width, item), WORD.firstItem + slot);
  }

  finish(): Prompt {
    const { tokens, words, places } = this;
    return { tokens, words, places };
  }

  /** A position of one token; the others are padding. */
  private putOne(token: number, word: number): void {
    this.put([token, ...new Array<number>(this.names.width - 1).fill(CODE_SPECIALS.pad)], word);
  }

  private put(tokens: Iterable<number>, word: number): void {
    this.tokens.push(...tokens);
    this.words.push(word);
    this.places.push(this.words.length);
  }
}
