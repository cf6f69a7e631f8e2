// IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits. Browsers load this too: it imports nothing.

export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The nearest half, ties to the even one; beyond 65504 infinity. */
export function floatToHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size >= 65520) return sign | 0x7c00;
  // Below 2^-14 halves are evenly spaced, as they are between any two powers of two.
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 1e-30)));
  const scaled = roundToEven(size * 2 ** (10 - exponent));
  // A fraction that rounds up to the next power of two carries into the exponent by itself.
  const bits = exponent === -14 ? scaled : scaled - 1024 + ((exponent + 15) << 10);
  return sign | bits;
}

export function toHalves(values: Float32Array): Uint16Array {
  return Uint16Array.from(values, floatToHalf);
}

export function fromHalves(values: Uint16Array): Float32Array {
  return Float32Array.from(values, halfToFloat);
}

function roundToEven(value: number): number {
  const low = Math.floor(value);
  const rest = value - low;
  if (rest !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}
