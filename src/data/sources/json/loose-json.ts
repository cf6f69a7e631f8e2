// Records that programs print instead of JSON - Python's `{'asin': 'x', 'price': None}`, `NaN`, a comma too many - as
// JSON. Nothing is evaluated: a closed grammar of literals, everything else is refused with its place.

/** Deeper than any record of a shop; a parser that calls itself must end somewhere. */
const MAX_DEPTH = 200;

const SPACE = /[\s\uFEFF]*/y;
const NUMBER = /[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])/y;
/** Python 2 marks long integers. */
const LONG = /[+-]?\d+[lL](?!\w)/y;
const WORD = /[+-]?[A-Za-z_]\w*/y;
const PREFIX = /[uUbBrR]{1,2}(?=['"])/y;
const WORDS: Readonly<Record<string, string>> = {
  true: "true",
  True: "true",
  false: "false",
  False: "false",
  null: "null",
  None: "null",
  undefined: "null",
  // JSON has no such numbers: as texts they reach whoever asks what an unusual number means.
  NaN: '"NaN"',
  nan: '"NaN"',
  Infinity: '"Infinity"',
  inf: '"Infinity"',
  "-Infinity": '"-Infinity"',
  "-inf": '"-Infinity"',
};
const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  b: "\b",
  f: "\f",
  a: "\x07",
  v: "\v",
};

export class LooseJsonError extends Error {
  override readonly name = "LooseJsonError";
  /** Position in the text. */
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/**
 * The JSON text of one literal of JSON or Python; digits of numbers stay as they are, keys in their order.
 * @throws LooseJsonError for anything else
 */
export function looseToJson(text: string): string {
  const parser = new LooseParser(text);
  const json = parser.value(0);
  parser.end();
  return json;
}

class LooseParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  end(): void {
    this.#take(SPACE);
    if (this.#at < this.#text.length) throw this.#unexpected("the end of the record");
  }

  value(depth: number): string {
    if (depth > MAX_DEPTH) throw new LooseJsonError(`more than ${MAX_DEPTH} values inside each other`, this.#at);
    this.#take(SPACE);
    const first = this.#text[this.#at];
    if (first === "{") return this.#object(depth);
    if (first === "[") return this.#list("]", depth);
    if (first === "(") return this.#list(")", depth);
    if (first === '"' || first === "'") return JSON.stringify(this.#string(false));
    const prefix = this.#take(PREFIX);
    if (prefix !== undefined) return JSON.stringify(this.#string(/r/i.test(prefix)));
    const long = this.#take(LONG);
    if (long !== undefined) return plainNumber(long.slice(0, -1));
    const number = this.#take(NUMBER);
    if (number !== undefined) return plainNumber(number);
    return this.#word();
  }

  #object(depth: number): string {
    const members: string[] = [];
    this.#at++;
    while (!this.#closes("}")) {
      if (members.length > 0) this.#comma("}");
      if (this.#closes("}")) break;
      const key = this.#key();
      this.#take(SPACE);
      if (this.#text[this.#at] !== ":") throw this.#unexpected('":"');
      this.#at++;
      members.push(`${JSON.stringify(key)}:${this.value(depth + 1)}`);
    }
    this.#at++;
    return `{${members.join(",")}}`;
  }

  #key(): string {
    const key = this.value(MAX_DEPTH);
    // Python has numbers for keys, JSON has not.
    return key.startsWith('"') ? (JSON.parse(key) as string) : key;
  }

  #list(close: string, depth: number): string {
    const elements: string[] = [];
    this.#at++;
    while (!this.#closes(close)) {
      if (elements.length > 0) this.#comma(close);
      if (this.#closes(close)) break;
      elements.push(this.value(depth + 1));
    }
    this.#at++;
    return `[${elements.join(",")}]`;
  }

  #closes(close: string): boolean {
    this.#take(SPACE);
    return this.#text[this.#at] === close;
  }

  #comma(close: string): void {
    if (this.#text[this.#at] !== ",") throw this.#unexpected(`"," or "${close}"`);
    this.#at++;
  }

  #string(isRaw: boolean): string {
    const quote = this.#text[this.#at]!;
    const start = this.#at++;
    let out = "";
    for (;;) {
      const from = this.#at;
      while (this.#text[this.#at] !== quote && this.#text[this.#at] !== "\\") {
        if (this.#at >= this.#text.length) throw new LooseJsonError("a text that never ends", start);
        this.#at++;
      }
      out += this.#text.slice(from, this.#at);
      if (this.#text[this.#at++] === quote) return out;
      out += isRaw ? `\\${this.#text[this.#at++] ?? ""}` : this.#escaped();
    }
  }

  /** The character after a backslash, which is behind us. */
  #escaped(): string {
    const letter = this.#text[this.#at++] ?? "";
    const digits = { x: 2, u: 4, U: 8 }[letter];
    if (digits !== undefined) {
      const hex = this.#text.slice(this.#at, this.#at + digits);
      const code = /^[0-9a-fA-F]+$/.test(hex) && hex.length === digits ? Number.parseInt(hex, 16) : Number.NaN;
      if (!(code <= 0x10ffff)) throw new LooseJsonError(`the escape \\${letter}${hex}`, this.#at - 2);
      this.#at += digits;
      return String.fromCodePoint(code);
    }
    if (/[0-7]/.test(letter)) {
      const octal = /^[0-7]{1,3}/.exec(this.#text.slice(this.#at - 1, this.#at + 2))![0];
      this.#at += octal.length - 1;
      return String.fromCodePoint(Number.parseInt(octal, 8));
    }
    if (letter === "\n") return "";
    if (`"'\\/`.includes(letter)) return letter;
    // Python leaves a backslash that begins no escape as it stands.
    return ESCAPES[letter] ?? `\\${letter}`;
  }

  #word(): string {
    const at = this.#at;
    const word = this.#take(WORD) ?? "";
    const json = WORDS[word.replace("+", "")];
    if (json !== undefined && Object.hasOwn(WORDS, word.replace("+", ""))) return json;
    this.#at = at;
    throw this.#unexpected("a value");
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0];
    if (match !== undefined) this.#at += match.length;
    return match;
  }

  #unexpected(expected: string): LooseJsonError {
    const found = this.#text.slice(this.#at, this.#at + 20);
    return new LooseJsonError(`${found === "" ? "its end" : `"${found}"`} instead of ${expected}`, this.#at);
  }
}

/** JSON writes no `+1`, `.5`, `1.` or `007`. */
function plainNumber(text: string): string {
  const [, sign, whole, fraction, power] = /^([+-]?)0*(\d*)(?:\.(\d*))?((?:[eE][+-]?\d+)?)$/.exec(text)!;
  return `${sign === "-" ? "-" : ""}${whole || "0"}${fraction ? `.${fraction}` : ""}${power}`;
}
