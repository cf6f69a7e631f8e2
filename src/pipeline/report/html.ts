// HTML that is safe by default: whatever a template interpolates is escaped unless it is itself markup.
import { escapeMarkup } from "../../base/escape-markup.ts";

/** Text known to be well-formed HTML. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | undefined | false | readonly Part[];

/** `` html`<p>${title}</p>` `` escapes `title`; lists are joined, `undefined` and `false` vanish. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((text, i) => (i === 0 ? text : render(parts[i - 1]) + text)).join(""));
}

function render(part: Part): string {
  if (part === undefined || part === false) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "string" || typeof part === "number") return escapeMarkup(String(part));
  return part.map(render).join("");
}
