// What can be wrong with a reply, as a table: the name that is counted, and what it means to whoever reads the counts.

export const FLAWS = {
  empty: "no answer",
  truncated: "cut off by the token limit, or inside the thinking",
  malformed: "a list, heading, code, markup, one word or an essay instead of a plain paragraph",
  "off-language": "another language than --language, or words of another script that the data does not hold",
  refusing: "declines, says that nothing can be said, or offers help",
  repeated: 'a loop, the question, or an earlier answer of the chain, also with a "not" put in',
  "about-itself": "speaks of the answer, the question or its writer instead of the product or the person",
  placeholder: "holds blanks to be filled in, or numbers of the list instead of names",
  copied: "lines of the catalogue, or the title alone",
  "off-step": "answers another step: its tag, praise where dislike was asked, or dislike where liking was",
  injected: "links or orders, or what an order inside the data told it to say",
} as const satisfies Readonly<Record<string, string>>;

export type Flaw = keyof typeof FLAWS;
