// Worded prompts (the slots and number of P5/POD-style templates; the wording is our own).
// `{user}` is one id word, `{items}` a list of id words. The last of each list is the bare one: ids and nothing else.

type Template = string;

const SEQUENTIAL_TEMPLATES: readonly Template[] = [
  "{user} has interacted with {items} so far . What comes next ?",
  "Given the history {items} of {user} , name the next item .",
  "After {items} , which item will {user} choose ?",
  "{user} chose these items in order : {items} Predict the following one .",
  "Continue the list {items} for {user} .",
  "The purchases of {user} are {items} The next purchase is",
  "What will {user} want after {items} ?",
  "{user} {items}",
];

const DIRECT_TEMPLATES: readonly Template[] = [
  "Which item of {items} should be recommended to {user} ?",
  "Choose for {user} the best item among {items}",
  "{user} would like one of {items} Which one ?",
  "Pick the item that suits {user} from {items}",
  "{user} {items}",
];

/** Of one item, in the place of `{items}`. */
const EXPLANATION_TEMPLATES: readonly Template[] = [
  "Explain why {user} chose {items}",
  "Why does {items} suit {user} ?",
  "Say in one sentence what {user} likes about {items}",
  "What would {user} write about {items} ?",
  "Give {user} a reason for {items}",
  "Put into words what speaks for {items} to {user}",
  "For {user} describe the choice of {items}",
  "Tell what {user} finds in {items}",
  "{user} {items}",
];

/**
 * worded+bare: all are drawn in training, the bare one validates and tests (POD, and those who follow it); worded: the
 * bare one is never used, the first worded one validates and tests (P5); bare: there is nothing to draw.
 */
export const TEMPLATE_USES = ["worded+bare", "worded", "bare"] as const;
export type TemplateUse = (typeof TEMPLATE_USES)[number];

export interface TemplateSet {
  /** Drawn from in training; empty when there is nothing to draw. */
  readonly drawn: readonly Template[];
  /** Validates and tests. */
  readonly asked: Template;
}

const LISTS = {
  sequential: SEQUENTIAL_TEMPLATES,
  direct: DIRECT_TEMPLATES,
  explanation: EXPLANATION_TEMPLATES,
};

/** What a template asks for. */
export type TemplateTask = keyof typeof LISTS;

/** What every model is asked. Explanations are asked of those alone that learnt them. */
const ITEM_TASKS = ["sequential", "direct"] as const;

export function templatesOf(task: TemplateTask, use: TemplateUse): TemplateSet {
  const all = LISTS[task];
  const bare = all.at(-1)!;
  switch (use) {
    case "worded+bare":
      return { drawn: all, asked: bare };
    case "worded":
      return { drawn: all.slice(0, -1), asked: all[0]! };
    case "bare":
      return { drawn: [], asked: bare };
    default:
      return use satisfies never;
  }
}

/** Every word of the templates that a use draws or asks for `tasks`, once each, slots left out. */
export function templateWords(use: TemplateUse, tasks: readonly TemplateTask[] = ITEM_TASKS): readonly string[] {
  const sets = tasks.map((task) => templatesOf(task, use));
  const words = sets.flatMap(({ drawn, asked }) => [...drawn, asked]).flatMap((template) => template.split(" "));
  return [...new Set(words)].filter((word) => word !== "{user}" && word !== "{items}");
}
