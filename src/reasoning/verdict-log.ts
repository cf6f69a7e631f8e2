// `reasoning/verdicts.jsonl`: what models said of texts, one line each, so that nothing is paid for twice. A line is
// found by the judge and the question in its words: a changed text is another question.
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { InputError } from "../base/errors.ts";
import { exists, sha256, writeFileAtomic } from "../base/files.ts";

const LINE = z.object({
  key: z.string(),
  model: z.string(),
  verdicts: z.record(z.string(), z.boolean()),
  promptTokens: z.number(),
  completionTokens: z.number(),
  milliseconds: z.number(),
  createdAt: z.string(),
});

export type LoggedVerdicts = z.infer<typeof LINE>;

export class VerdictLog {
  private constructor(
    private readonly path: string,
    private readonly lines: Map<string, LoggedVerdicts>,
  ) {}

  /**
   * A half-written last line, which a kill leaves, is taken out.
   * @throws InputError for a line that is none.
   */
  static async open(directory: string): Promise<VerdictLog> {
    const path = join(directory, "reasoning", "verdicts.jsonl");
    if (!(await exists(path))) return new VerdictLog(path, new Map());
    const text = await readFile(path, "utf8");
    const whole = text.slice(0, text.lastIndexOf("\n") + 1);
    if (whole !== text) await writeFileAtomic(path, whole);
    const lines = whole.split("\n").slice(0, -1);
    return new VerdictLog(path, new Map(lines.map((line, i) => entryOf(line, path, i + 1))));
  }

  find(key: string): LoggedVerdicts | undefined {
    return this.lines.get(key);
  }

  async add(line: LoggedVerdicts): Promise<void> {
    this.lines.set(line.key, line);
    await appendFile(this.path, `${JSON.stringify(line)}\n`);
  }
}

export function verdictKey(judge: { readonly kind: string; readonly model: string }, prompt: string): string {
  return sha256(JSON.stringify([judge.kind, judge.model, prompt]));
}

function entryOf(text: string, path: string, line: number): readonly [string, LoggedVerdicts] {
  const todo = "Remove the line, or the file: what it held is asked again.";
  try {
    const read = LINE.parse(JSON.parse(text));
    return [read.key, read];
  } catch (cause) {
    throw new InputError({ where: path, line, found: "another form", expected: "a line of verdicts", todo }, { cause });
  }
}
