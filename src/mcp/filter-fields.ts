// Filters as `isrf recommend` takes them, without those that name files: what agents ask opens none.
import { z } from "zod";

const conditions = z.array(z.string().max(500)).max(50).optional();

export const filterFields = {
  only: conditions.describe(
    'answer items that fit alone: "category=tea", "brand=Opal", "price=5..20", "title~refill" or an attribute; of one field any, of several all',
  ),
  not: conditions.describe("leave items out that fit, as in only"),
  exclude: z.array(z.string().max(500)).max(1000).optional().describe("leave these item ids out"),
};
