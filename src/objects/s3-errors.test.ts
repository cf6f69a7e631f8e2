import { expect, it } from "vitest";
import { isPassing, type S3Place, s3Error } from "./s3-errors.ts";

const place: S3Place = { address: "s3://shop/x", bucket: "shop", endpoint: undefined, region: "us-east-1" };
const thrown = (name: string, status?: number, more = {}) =>
  Object.assign(new Error("said the service"), {
    name,
    ...(status && { $metadata: { httpStatusCode: status } }),
    ...more,
  });

it.each([
  ["NoSuchBucket", 404, /Amazon S3 has no bucket shop/],
  ["CredentialsProviderError", undefined, /Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/],
  ["SignatureDoesNotMatch", 403, /Check AWS_SECRET_ACCESS_KEY/],
  ["ExpiredToken", 400, /credentials have expired/],
  ["AccessDenied", 403, /s3:ListBucket on shop/],
  ["PermanentRedirect", 301, /shop is not in the region us-east-1\. Set AWS_REGION to/],
  ["InternalError", 500, /Amazon S3 failed \(500 InternalError: said the service\)/],
])("teaches what to do about %s", (name, status, words) => {
  expect(s3Error(thrown(name, status), place).message).toMatch(words);
});

it("names the bucket's own region where the service tells it", () => {
  const headers = { "x-amz-bucket-region": "eu-central-1" };
  const error = s3Error(thrown("PermanentRedirect", 301, { $response: { headers } }), place);
  expect(error.message).toMatch(/Set AWS_REGION=eu-central-1/);
});

it("tries again what passes, and nothing else", () => {
  expect(["SlowDown", "InternalError", "ECONNRESET", "TimeoutError"].map((name) => isPassing(thrown(name)))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(isPassing(thrown("Other", 503))).toBe(true);
  expect(isPassing(thrown("Other", 429))).toBe(true);
  expect(isPassing(thrown("AccessDenied", 403))).toBe(false);
  expect(isPassing(thrown("CredentialsProviderError"))).toBe(false);
  expect(isPassing(Object.assign(new Error("full"), { code: "ENOSPC" }))).toBe(false);
});
