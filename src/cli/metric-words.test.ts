import { expect, it } from "vitest";
import { columnsByCut, metricColumns } from "./metric-words.ts";

it("crosses families with cuts, in the order typed", () => {
  expect(metricColumns("5, 10", "hr,NDCG")).toEqual(["HR@5", "HR@10", "NDCG@5", "NDCG@10"]);
  expect(columnsByCut("5,10", "hr,ndcg")).toEqual(["HR@5", "NDCG@5", "HR@10", "NDCG@10"]);
  expect(metricColumns("50", "map")).toEqual(["MAP@50"]);
});

it("says which word is wrong", () => {
  expect(() => metricColumns("5,0", "hr")).toThrow(/--k 5,0: found "0"/);
  expect(() => metricColumns("5", "hr,auc")).toThrow(/--metrics hr,auc: found "auc", expected some of hr, recall/);
});
