import { InputError } from "../../base/errors.ts";

/** The longest record of a text file. */
export const MAX_LINE_BYTES = 64 << 20;

export function endlessLine(where: string, line: number): InputError {
  const found = `more than ${MAX_LINE_BYTES >> 20} MiB without an end of line`;
  return new InputError({ where, line, found, expected: "one record a line", todo: "Check the format of the file." });
}
