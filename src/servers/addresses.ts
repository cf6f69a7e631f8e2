// Where model servers are found, by the names that people already use: OLLAMA_HOST, OPENAI_BASE_URL, OPENAI_API_KEY.
import { UsageError } from "../base/errors.ts";
import { permitted } from "../base/permitted.ts";

export { permitted } from "../base/permitted.ts";

const OLLAMA_PORT = "11434";
/** Environment variable of the key for servers that speak OpenAI's formats. */
export const OPENAI_KEY_NAME = "OPENAI_API_KEY";
const OPENAI_BASE_URL = "https://api.openai.com/v1";

export interface OpenAiAccess {
  /** `OPENAI_BASE_URL`, e.g. "http://127.0.0.1:8000/v1". */
  readonly baseUrl: string | undefined;
  /** `OPENAI_API_KEY`; local servers need none. Goes into one header and nowhere else. */
  readonly key: string | undefined;
}

/**
 * Address of one call of an OpenAI-compatible server, and the key to send with it.
 * @param path Below the base address, e.g. "chat/completions".
 * @param option As typed, for the message, e.g. "--llm openai".
 * @throws UsageError for a base URL that is none, without a key where the default service wants one, and where the
 *   network
 * is forbidden.
 */
export function openAiCall(
  { baseUrl, key }: OpenAiAccess,
  path: string,
  option: string,
): { readonly url: URL; readonly secret: string | undefined } {
  // Keys are pasted from files, line end and all, which no header may hold.
  const secret = key?.trim() || undefined;
  const address = baseUrl || undefined;
  if (secret === undefined && address === undefined) {
    throw new UsageError(
      `${option}: neither OPENAI_BASE_URL (a server of your own) nor OPENAI_API_KEY is set in the environment.`,
    );
  }
  if (address?.includes(",")) {
    throw new UsageError(
      `${option}: OPENAI_BASE_URL names several servers, which \`isrf reason\` alone shares work among. Name one.`,
    );
  }
  const url = URL.canParse(address ?? OPENAI_BASE_URL) ? new URL(address ?? OPENAI_BASE_URL) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new UsageError("OPENAI_BASE_URL is no http or https address, expected one such as http://127.0.0.1:8000/v1.");
  }
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/${path}`;
  return { url: permitted(url), secret };
}

/** The address behind an `OLLAMA_HOST`. @throws UsageError for none and for several. */
export function ollamaBase(host = ""): URL {
  const text = host.trim() === "" ? "127.0.0.1" : host.trim();
  if (text.includes(","))
    throw new UsageError("OLLAMA_HOST names several servers, which `isrf reason` alone shares work among. Name one.");
  const withScheme = /^https?:\/\//i.test(text) ? text : `http://${text}`;
  if (!URL.canParse(withScheme)) {
    const shown = text.replace(/^([a-z]+:\/\/)?[^/]*@/i, "$1").replace(/\?.*/s, "");
    throw new UsageError(`OLLAMA_HOST is "${shown}", expected an address such as 127.0.0.1:11434.`);
  }
  const url = new URL(withScheme);
  // A server's "listen everywhere" is nothing one can call.
  if (url.hostname === "0.0.0.0") url.hostname = "127.0.0.1";
  const hasPort = /:\d+(\/|$)/.test(withScheme.replace(/^https?:\/\//i, ""));
  if (!hasPort && !/^https?:\/\//i.test(text)) url.port = OLLAMA_PORT;
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return permitted(url);
}
