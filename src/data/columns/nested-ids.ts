// Ids among the fields of one object: in `line_items.id` and `line_items.product_id` the first numbers the lines.

/** Those of `candidates` that are no bare `id` beside another id of the same object. */
export function withoutRowIds<C extends { readonly name: string; readonly named: number }>(
  candidates: readonly C[],
): readonly C[] {
  return candidates.filter(({ name }) => {
    if (!/\.id$/i.test(name)) return true;
    const holder = name.slice(0, -"id".length);
    return !candidates.some((other) => other.named >= 0.5 && isFullId(other.name, holder));
  });
}

/** `product_id`, `sku`: a field of `holder` that says of what it is the id. */
function isFullId(name: string, holder: string): boolean {
  return (
    name.startsWith(holder) && /[^.](id|sku|code|asin|isbn|ean|gtin|number|no)$|\.(sku|asin|isbn|ean|gtin)$/i.test(name)
  );
}
