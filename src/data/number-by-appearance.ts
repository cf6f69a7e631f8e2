import type { RawShop } from "./raw-shop.ts";

/**
 * `sourceNumber` from 1 by first appearance over whole sequences, as the published files number items; then the unsold.
 */
export function numberByAppearance(shop: RawShop): RawShop {
  const numbers = new Int32Array(shop.items.length);
  let last = 0;
  for (const sequence of shop.sequences) {
    for (const item of sequence) if (numbers[item] === 0) numbers[item] = ++last;
  }
  for (let item = 0; item < numbers.length; item++) if (numbers[item] === 0) numbers[item] = ++last;
  return { ...shop, items: shop.items.map((item, index) => ({ ...item, sourceNumber: numbers[index]! })) };
}
