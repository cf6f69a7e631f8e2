// What a program is fed, by input name.
import { UsageError } from "../../base/errors.ts";
import type { TensorData } from "../trace/tensor.ts";
import { type Shape, sizeOf } from "../trace/tensor.ts";

/** Row-major values by input name: a `Float32Array` for float32, an `Int32Array` for int32, bytes 0 and 1 for bool. */
export type Feeds = Readonly<Record<string, TensorData>>;

/** @throws UsageError when there are more or fewer values than the shape has. */
export function checkLength(name: string, shape: Shape, data: TensorData): void {
  if (data.length !== sizeOf(shape)) {
    throw new UsageError(`program value ${name}: ${data.length} values, expected shape [${shape.join(", ")}]`);
  }
}
