// The compact prompt form: [user] [group]? item item ... - one position an item instead of four to five tokens of text.
// An item's position carries the sum of its code embeddings, its whole-word embedding and its recency.
import { CODE_SPECIALS, type ItemCodes } from "./item-codes.ts";
import { type Prompt, type PromptForm, WORD } from "./prompt.ts";

export function compactPrompts(codes: ItemCodes, hasGroup: boolean): PromptForm {
  const prompt = (items: ArrayLike<number>): Prompt => {
    const tokens: number[] = [CODE_SPECIALS.user, CODE_SPECIALS.pad];
    const words: number[] = [WORD.user];
    // Without a group word the position stays, so that items keep their places; it carries its token alone.
    tokens.push(CODE_SPECIALS.group, CODE_SPECIALS.pad);
    words.push(hasGroup ? WORD.group : WORD.none);
    for (let i = 0; i < items.length; i++) {
      tokens.push(codes.tokens[2 * items[i]!]!, codes.tokens[2 * items[i]! + 1]!);
      words.push(WORD.firstItem + i);
    }
    return { tokens, words };
  };
  const itemsByCode = new Map<string, number>();
  for (let item = 0; 2 * item < codes.tokens.length; item++) {
    itemsByCode.set(codes.tokens.subarray(2 * item, 2 * item + 2).join(), item);
  }
  return {
    kind: "compact",
    tokensPerPosition: 2,
    isAligned: true,
    vocabulary: codes.vocabulary,
    templates: { sequential: 0, direct: 0 },
    sequential: (_user, items) => prompt(items),
    direct: (_user, candidates) => prompt(candidates),
    target: (item) => [codes.tokens[2 * item]!, codes.tokens[2 * item + 1]!],
    longestTarget: 3,
    itemOf: (tokens) => itemsByCode.get(Array.from(tokens).join()) ?? -1,
  };
}
