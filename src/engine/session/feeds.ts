// What a program is fed, by input name.
import { UsageError } from "../../base/errors.ts";
import type { TensorData } from "../trace/tensor.ts";
import { type Shape, sizeOf } from "../trace/tensor.ts";

export type Feeds = Readonly<Record<string, TensorData>>;

/** @throws UsageError when there are more or fewer values than the shape has. */
export function checkLength(name: string, shape: Shape, data: TensorData): void {
  if (data.length !== sizeOf(shape)) {
    throw new UsageError(`program value ${name}: ${data.length} values, expected shape [${shape.join(", ")}]`);
  }
}
