// Ids among the fields of one object: in `line_items.id` and `line_items.product_id` the first numbers the lines.

/** Those of `candidates` that are no bare `id` beside another id of the same object. */
export function withoutRowIds<C extends { readonly name: string; readonly named: number }>(
  candidates: readonly C[],
): readonly C[] {
  const isBare = (name: string) => /\.id$/i.test(name);
  return candidates.filter(({ name }) => {
    if (!isBare(name)) return true;
    const holder = name.slice(0, -"id".length);
    return !candidates.some((other) => other.named >= 0.5 && !isBare(other.name) && other.name.startsWith(holder));
  });
}
