/** Where each value of a permutation of 0..n-1 stands in it. */
export function inversePermutation(permutation: Int32Array): Int32Array {
  const out = new Int32Array(permutation.length);
  permutation.forEach((value, index) => {
    out[value] = index;
  });
  return out;
}
