// Text that comes from data, files, options or servers, made safe for a terminal.

/**
 * What moves a cursor, colours a screen, reverses the reading direction or hides letters; also line ends. Joiners
 * (U+200C, U+200D) are none of these: scripts and emoji are written with them.
 */
const HAZARDS =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this is about
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]/g;

const HAZARD_RUNS = new RegExp(`${HAZARDS.source}+`, "g");

/** One line: each run of such characters becomes a space. For texts in tables and progress. */
export function printable(text: string): string {
  return text.replace(HAZARD_RUNS, " ").trim();
}

/** The text with such characters spelled out (`\u001b`); its own line ends and tabs stay. For whatever is written. */
export function visible(text: string): string {
  return escaped(text.replaceAll("\r\n", "\n"), "\n\t");
}

/** `json` with such characters in JSON's own spelling: the same value to every reader. */
export function visibleJson(json: string): string {
  return escaped(json, "");
}

function escaped(text: string, kept: string): string {
  return text.replace(HAZARDS, (sign) =>
    kept.includes(sign) ? sign : `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
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
