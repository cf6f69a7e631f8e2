// Keys stay out of whatever is shown or stored, also when a server quotes them, whole or in part.

/** What stands for a key. */
const CUT = "[key]";
/**
 * So many of a key's characters in a row are a quote of it; fewer may be chance, or the last four that services show.
 */
const QUOTE_CHARACTERS = 8;

/** Everything in an address and beside it that may be a key: the bearer token, the password, values of the query. */
export function secretsOf(url: URL, bearer: string | undefined): readonly string[] {
  const given = [bearer, decoded(url.password), ...url.searchParams.values()];
  return given.filter((text) => text !== undefined && text !== "") as string[];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** `text` without the secrets and without quotes of eight of their characters or more. For messages. */
export function withoutQuotes(text: string, secrets: readonly string[]): string {
  return secrets.reduce((left, secret) => cutQuotes(left.replaceAll(secret, CUT), secret), text);
}

function cutQuotes(text: string, secret: string): string {
  const pieces = new Set<string>();
  for (let i = 0; i + QUOTE_CHARACTERS <= secret.length; i++) pieces.add(secret.slice(i, i + QUOTE_CHARACTERS));
  let out = "";
  for (let at = 0; at < text.length; ) {
    let end = at;
    while (pieces.has(text.slice(end, end + QUOTE_CHARACTERS))) end++;
    if (end === at) out += text[at++];
    else {
      out += CUT;
      at = end + QUOTE_CHARACTERS - 1;
    }
  }
  return out;
}

/**
 * A reply as JSON gave it, its texts without the secrets: it may be stored. Words that stand for no key, such as the
 * "EMPTY" that local servers are given, are too short to look for.
 */
export function withoutSecrets(value: unknown, secrets: readonly string[]): unknown {
  const long = secrets.filter((secret) => secret.length >= QUOTE_CHARACTERS);
  return long.length === 0 ? value : cutIn(value, long);
}

function cutIn(value: unknown, secrets: readonly string[]): unknown {
  if (typeof value === "string") return secrets.reduce((text, secret) => text.replaceAll(secret, CUT), value);
  if (typeof value !== "object" || value === null) return value;
  // Vectors are long and hold no words.
  if (Array.isArray(value)) return typeof value[0] === "number" ? value : value.map((each) => cutIn(each, secrets));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, cutIn(each, secrets)]));
}
