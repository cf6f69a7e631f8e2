/** Numbers in one piece. */
const NUMBERS_AT_ONCE = 2 ** 16;

/**
 * The JSON of records, lists and whole numbers in typed arrays, which are written as lists; fields that are undefined
 * are left out, as by JSON.stringify. In pieces, as a string has 2^29 characters at most.
 */
export function* jsonPieces(value: unknown, atOnce = NUMBERS_AT_ONCE): Generator<string, void> {
  if (value instanceof Int32Array) {
    yield "[";
    for (let from = 0; from < value.length; from += atOnce)
      yield `${from === 0 ? "" : ","}${value.subarray(from, from + atOnce).join(",")}`;
    yield "]";
  } else if (Array.isArray(value)) {
    yield "[";
    for (const [at, each] of value.entries()) {
      if (at > 0) yield ",";
      yield* jsonPieces(each, atOnce);
    }
    yield "]";
  } else if (typeof value === "object" && value !== null) {
    yield "{";
    const fields = Object.entries(value).filter(([, field]) => field !== undefined);
    for (const [at, [name, field]] of fields.entries()) {
      yield `${at === 0 ? "" : ","}${JSON.stringify(name)}:`;
      yield* jsonPieces(field, atOnce);
    }
    yield "}";
  } else yield JSON.stringify(value);
}
