// How much of a body is read: no more than is allowed, whatever its headers say.
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { brokenOff, RequestError } from "../request-error.ts";

/** A length that is named is believed: Node reads no more than that. Others are counted while they arrive. */
export function limitBody(bytes: number): MiddlewareHandler {
  const counted = bodyLimit({ maxSize: bytes, onError: () => Promise.reject(tooLarge(bytes)) });
  return async (context, next) => {
    const { req } = context;
    if (req.header("transfer-encoding") !== undefined)
      // What is thrown behind it is answered there: here its own reading failed.
      return counted(context, next).catch((error: unknown) => {
        throw error instanceof RequestError ? error : brokenOff();
      });
    if (Number(req.header("content-length") ?? 0) > bytes) throw tooLarge(bytes);
    return next();
  };
}

function tooLarge(bytes: number): RequestError {
  return new RequestError("too_large", `The body is larger than ${bytes} bytes.`, {
    todo: "Send less at once; --max-body says how much the server takes.",
  });
}
