// Origins of web pages, as browsers send them: a scheme, a host, perhaps a port, and nothing behind.
import { UsageError } from "../../base/errors.ts";

/**
 * Of `--cors`, one by one or with commas between.
 * @throws UsageError for what no browser would send, so that it would allow nobody.
 */
export function checkedOrigins(words: readonly string[]): string[] {
  const origins = words.flatMap((word) => word.split(",")).map((word) => word.trim());
  for (const origin of origins) {
    if (origin === "*" || isOrigin(origin)) continue;
    const meant = [origin, `https://${origin}`].map(originIn).find((found) => found !== undefined);
    const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
    throw new UsageError(
      `--cors ${origin}: expected an origin as browsers send it, such as https://shop.example, or * for all.${hint}`,
    );
  }
  return origins;
}

function isOrigin(word: string): boolean {
  // Apps have schemes of their own, of which URLs know no origin.
  return /^https?:/i.test(word) ? originIn(word) === word : /^[a-z][a-z0-9+.-]*:\/\/[^\s/?#]+$/.test(word);
}

function originIn(word: string): string | undefined {
  const url = URL.canParse(word) ? new URL(word) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) ? url.origin : undefined;
}
