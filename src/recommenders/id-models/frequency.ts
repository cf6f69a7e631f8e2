// Low-pass filters along a history, as matrices [length, length] that multiply its slots: keeping the lowest
// frequencies of a Fourier transform is linear, and histories are short.

/**
 * What a discrete Fourier transform of `length` slots and back leaves when only its lowest `kept` frequencies stay
 * (frequency 0 counted): with N slots, (1 + 2 sum_f cos(2 pi f (i - j) / N)) / N at (i, j), f = 1 .. kept - 1.
 */
export function lowPass(length: number, kept: number): Float32Array {
  return remembered(`${length}/${kept}`, () => {
    const response = lags(length, kept);
    return square(length, (i, j) => response[Math.abs(i - j)]!);
  });
}

/**
 * The same filter looking back alone: slot i is what the filter of `window` slots makes of the newest when the history
 * ends at i, with nothing before its first item.
 */
export function causalLowPass(length: number, window: number, kept: number): Float32Array {
  return remembered(`${length} of ${window}/${kept}`, () => {
    const response = lags(window, kept);
    return square(length, (i, j) => (j > i ? 0 : response[i - j]!));
  });
}

/** The same array for the same filter: a program binds it once, however many blocks ask. */
const known = new Map<string, Float32Array>();

function remembered(key: string, make: () => Float32Array): Float32Array {
  const values = known.get(key) ?? make();
  known.set(key, values);
  return values;
}

function square(length: number, at: (i: number, j: number) => number): Float32Array {
  return Float32Array.from({ length: length * length }, (_, place) => at(Math.floor(place / length), place % length));
}

/** Weight of a slot by its distance. */
function lags(length: number, kept: number): number[] {
  return Array.from({ length }, (_, lag) => {
    let sum = 1;
    for (let f = 1; f < kept && 2 * f <= length; f++) {
      // A frequency of half the length has no mirror image.
      sum += (2 * f === length ? 1 : 2) * Math.cos((2 * Math.PI * f * lag) / length);
    }
    return sum / length;
  });
}

/** Frequencies that stay for BSARec's option c. */
export function keptFrequencies(c: number): number {
  return Math.floor(c / 2) + 1;
}
