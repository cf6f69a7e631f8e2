// The thinking block of reasoning models: never stored, but its tokens are counted because they are paid for.

const BLOCK = /<(think|thinking|thought|reasoning)>[\s\S]*?<\/\1>/gi;
const OPENING = /<(?:think|thinking|thought|reasoning)>/i;
const CLOSING = /<\/(?:think|thinking|thought|reasoning)>/i;

export interface Split {
  readonly answer: string;
  readonly thinking: string;
  /** The block never ended: whatever follows the opening mark is thought, not answer. */
  readonly isUnfinished: boolean;
}

/** Divide a reply. A block may lack its opening mark, which some chat templates put at the end of the prompt. */
export function splitThinking(text: string): Split {
  const blocks: string[] = [];
  let rest = text.replace(BLOCK, (block) => {
    blocks.push(block);
    return "";
  });
  const closing = CLOSING.exec(rest);
  if (closing !== null) {
    blocks.push(rest.slice(0, closing.index));
    rest = rest.slice(closing.index + closing[0].length);
  }
  const opening = OPENING.exec(rest);
  if (opening === null) return { answer: rest.trim(), thinking: blocks.join("\n"), isUnfinished: false };
  blocks.push(rest.slice(opening.index));
  return { answer: rest.slice(0, opening.index).trim(), thinking: blocks.join("\n"), isUnfinished: true };
}
