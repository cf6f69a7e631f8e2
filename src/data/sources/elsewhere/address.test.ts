import { expect, it } from "vitest";
import { elsewhereKind, shownAddress, withoutSecrets } from "./address.ts";

it.each([
  ["postgres://shop:s3cret@db.example:5432/sales", "postgres", "postgres://db.example:5432/sales"],
  ["postgresql://u:p@ss@db/sales?sslmode=require&password=x", "postgres", "postgresql://db/sales"],
  ["postgres://shop:s3?cret@db/sales", "postgres", "postgres://***"],
  ["postgres://db/sales?password=s3@cret", "postgres", "postgres://***"],
  ["https://u:s3#cret@host/a.csv", "https", "https://***"],
  ["https://host/a.csv?mail=ann@shop", "https", "https://host/a.csv"],
  ["mysql://root:geheim@127.0.0.1/shop", "mysql", "mysql://127.0.0.1/shop"],
  ["https://host/a.csv?X-Amz-Signature=abc#f", "https", "https://host/a.csv"],
  ["s3://bucket/a.parquet", "s3", "s3://bucket/a.parquet"],
  ["S3://bucket/a#1@b?.csv", "s3", "s3://bucket/a#1@b?.csv"],
  ["s3://KEY:SECRET@bucket/a.csv", "s3", "s3://bucket/a.csv"],
  ["s3://KEY:SEC/RET@bucket/a.csv", "s3", "s3://***"],
  ["s3://bucket/a.csv?s3_secret_access_key=x", "s3", "s3://bucket/a.csv"],
  ["sqlite:shop.db", "sqlite", "sqlite:shop.db"],
  ["C:\\shop.csv", undefined, "C:\\shop.csv"],
  ["C:/shop.csv", undefined, "C:/shop.csv"],
  ["orders.csv", undefined, "orders.csv"],
])("tells what %s is, and shows no secret of it", (address, kind, shown) => {
  expect(elsewhereKind(address)).toBe(kind);
  expect(shownAddress(address)).toBe(shown);
});

it("takes names and passwords out of what others say", () => {
  const address = "postgres://shop:s3%20cret@db/sales?password=other";
  const said = `cannot open ${address}: user shop, "s3 cret" or s3%20cret refused (password=other)`;
  expect(withoutSecrets(said, address)).toBe('cannot open postgres://db/sales: user ***, "***" or *** refused (***)');
});

it("names the schemes that are read", () => {
  expect(() => elsewhereKind("oracle://u:p@h/x")).toThrow('oracle://h/x: "oracle:" is not read. Known are sqlite:');
});
