// Lines of a text file, plain or compressed, as a stream: memory stays small whatever the file's size.
import { decoderOf } from "./encodings.ts";
import { fileBytes, readBytes } from "./file-bytes.ts";
import { endlessLine, MAX_LINE_BYTES } from "./line-limit.ts";

export { MAX_LINE_BYTES } from "./line-limit.ts";

/**
 * Lines of UTF-8 without their ends (LF or CRLF) and without a byte order mark; no line after a final line end.
 * @throws InputError when the file is absent, unreadable, has a line without end, or its compressed data is broken or
 * cut short.
 */
export async function* readLines(file: string, signal?: AbortSignal): AsyncGenerator<string> {
  const { decode, end } = decoderOf("utf-8");
  // Parts of a line that has not ended.
  let begun: string[] = [];
  let length = 0;
  let number = 1;
  for await (const chunk of readBytes(await fileBytes(file), signal)) {
    const [rest, ...lines] = decode(chunk).split("\n");
    begun.push(rest!);
    length += rest!.length;
    if (length > MAX_LINE_BYTES) throw endlessLine(file, number);
    if (lines.length === 0) continue;
    const last = lines.pop()!;
    for (const line of [begun.join(""), ...lines]) {
      number++;
      yield line.endsWith("\r") ? line.slice(0, -1) : line;
    }
    begun = [last];
    length = last.length;
  }
  const last = begun.join("") + end();
  if (last !== "") yield last;
}

/** The text in pieces as it comes, without a byte order mark. @throws InputError as `readLines`, but for long lines. */
export async function* readText(file: string, signal?: AbortSignal): AsyncGenerator<string> {
  const { decode, end } = decoderOf("utf-8");
  for await (const chunk of readBytes(await fileBytes(file), signal)) yield decode(chunk);
  yield end();
}

/** The first `count` lines, fewer when the file is shorter. */
export async function readHead(file: string, count: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(file)) {
    lines.push(line);
    if (lines.length >= count) break;
  }
  return lines;
}
