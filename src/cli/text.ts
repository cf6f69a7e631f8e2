// Text that comes from data, made safe for a terminal.

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200b\u2028-\u202e\u2066-\u2069]+/g;

/**
 * One line without control characters, so that a product title can neither move the cursor, colour the screen nor
 * reverse the reading direction.
 */
export function printable(text: string): string {
  return text.replace(CONTROL, " ").trim();
}

/** Widest line of what we lay out ourselves. */
export const WIDTH = 100;

/** Lines of at most `width` characters, broken between words; a longer word has a line of its own. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
