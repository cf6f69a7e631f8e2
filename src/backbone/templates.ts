// Worded prompts of the text form (the slots and number of P5/POD-style templates; the wording is our own).
// `{user}` is one id word, `{items}` a list of id words. Validation and test use the bare template, the last of each list.

export const SEQUENTIAL_TEMPLATES = [
  "{user} has interacted with {items} so far . What comes next ?",
  "Given the history {items} of {user} , name the next item .",
  "After {items} , which item will {user} choose ?",
  "{user} chose these items in order : {items} Predict the following one .",
  "Continue the list {items} for {user} .",
  "The purchases of {user} are {items} The next purchase is",
  "What will {user} want after {items} ?",
  "{user} {items}",
] as const;

export const DIRECT_TEMPLATES = [
  "Which item of {items} should be recommended to {user} ?",
  "Choose for {user} the best item among {items}",
  "{user} would like one of {items} Which one ?",
  "Pick the item that suits {user} from {items}",
  "{user} {items}",
] as const;

export type Template = string;

/** Index of the bare template in both lists: the last. */
export function bareTemplate(templates: readonly Template[]): Template {
  return templates.at(-1)!;
}
