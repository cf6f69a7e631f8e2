// Blank infilling on textualised prefixes: "user_7 bought item_12 ( title ) item_40 ( title ) ..." where some entities
// - whole ids or whole titles, never a part of one - are replaced by sentinels; the answer names them, each behind its
//   sentinel, in
// random order. What the description leaves open is ours: four items an example, four words a title, at most three
// blanks.
import type { PromptForm } from "../../backbone/prompt.ts";
import { Random } from "../../base/random.ts";
import type { Item } from "../../data/index.ts";
import type { ExtraContext, ExtraExample, ExtraSampler, ExtraTask } from "../generative/examples/extra-task.ts";

const ITEMS = 4;
const TITLE_WORDS = 4;
/** Longer titles are cut in answers: words of rare spelling have many tokens. */
const TITLE_TOKENS = 8;
const MASKED_SHARE = 0.15;
const MOST_BLANKS = 3;
/** Title words that get a token of their own where the vocabulary is made for the run: the commonest. */
const MOST_WORDS = 2000;

const SENTINELS = Array.from({ length: MOST_BLANKS }, (_, i) => `<extra_id_${i}>`);

export const infilling: ExtraTask = {
  words: (items) => [...SENTINELS, "bought", "(", ")", ...commonWords(items.flatMap(titleWords))],
  sampler: (context) => new InfillingSampler(context),
};

/** An id or a title, as it is written into the prompt and into the answer. */
interface Entity {
  write(to: ReturnType<PromptForm["writer"]>): void;
  readonly answer: readonly number[];
}

class InfillingSampler implements ExtraSampler {
  readonly longestTarget: number;
  private readonly context: ExtraContext;
  private readonly titles: readonly (readonly string[])[];
  private readonly users: readonly number[];

  constructor(context: ExtraContext) {
    const { form, items, prefixes } = context;
    this.context = context;
    this.titles = items.map(titleWords);
    this.users = [...prefixes.keys()].filter((user) => prefixes[user]!.length > 0);
    const sentinel = Math.max(...SENTINELS.map((word) => form.word(word).length));
    this.longestTarget = 1 + MOST_BLANKS * (sentinel + Math.max(TITLE_TOKENS, form.longestTarget - 1));
  }

  batch(index: number): readonly ExtraExample[] {
    const { options, seed } = this.context;
    const random = Random.of(seed, `infilling/${index}`);
    return Array.from({ length: options.batch }, () => this.example(random));
  }

  private example(random: Random): ExtraExample {
    const { form, prefixes } = this.context;
    const user = random.pick(this.users);
    const history = prefixes[user]!;
    const start = random.below(Math.max(1, history.length - ITEMS + 1));
    const entities = Array.from(history.slice(start, start + ITEMS)).map((item, slot) => this.entitiesOf(item, slot));
    const blanks = chooseBlanks(entities.flat().length, random);
    const to = form.writer();
    to.user(user);
    to.word("bought");
    const answers: (readonly number[])[] = [];
    let count = 0;
    const put = (entity: Entity): void => {
      if (blanks.has(count++)) {
        const sentinel = SENTINELS[answers.length]!;
        to.word(sentinel);
        answers.push([...form.word(sentinel), ...entity.answer]);
      } else entity.write(to);
    };
    for (const [id, title] of entities) {
      put(id!);
      if (title === undefined) continue;
      to.word("(");
      put(title);
      to.word(")");
    }
    return { prompt: to.finish(), target: random.shuffle(answers).flat() };
  }

  private entitiesOf(item: number, slot: number): Entity[] {
    const { form } = this.context;
    const title = this.titles[item]!;
    const id: Entity = { write: (to) => to.item(item, slot), answer: form.target(item) };
    if (title.length === 0) return [id];
    const answer = title.flatMap((word) => form.word(word)).slice(0, TITLE_TOKENS);
    const write: Entity["write"] = (to) => {
      for (const word of title) to.word(word);
    };
    return [id, { write, answer }];
  }
}

/** Each of `count` entities with the masked share; one at least, and no more than there are sentinels. */
function chooseBlanks(count: number, random: Random): ReadonlySet<number> {
  const order = random.shuffle(Int32Array.from({ length: count }, (_, i) => i));
  const drawn = order.filter(() => random.uniform() < MASKED_SHARE).slice(0, MOST_BLANKS);
  return new Set(drawn.length === 0 ? order.slice(0, 1) : drawn);
}

function titleWords({ title = "" }: Item): readonly string[] {
  return (title.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).slice(0, TITLE_WORDS);
}

/** Commonest first, equally common ones by spelling. */
function commonWords(words: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const ordered = [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  return ordered.slice(0, MOST_WORDS).map(([word]) => word);
}
