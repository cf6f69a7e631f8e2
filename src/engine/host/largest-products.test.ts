import { expect, test } from "vitest";
import { dot, matrix, row } from "../../base/matrix.ts";
import { Random } from "../../base/random.ts";
import { LargestProducts } from "./largest-products.ts";

test.each([3, 16, 21])(
  "is each row's largest product with a query, times its factor; rows of %i numbers",
  (columns) => {
    const random = Random.of(columns, "rows");
    const table = matrix(700, columns, random.normals(700 * columns));
    const factors = [1, 0.5, 2];
    const products = new LargestProducts(table, factors);
    for (const used of [3, 1, 0]) {
      const queries = Array.from({ length: used }, () => random.normals(columns));
      const places = Int32Array.from({ length: 600 }, () => random.below(700));
      const found = products.of(queries, places);
      places.forEach((place, i) => {
        const each = queries.map((query, j) => factors[j]! * dot(query, row(table, place)));
        expect(found[i]).toBeCloseTo(Math.max(0, ...each), 4);
      });
    }
  },
);
