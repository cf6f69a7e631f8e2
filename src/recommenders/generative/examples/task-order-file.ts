// In which order a training takes its tasks, for whoever goes on with it.
import { join } from "node:path";
import { z } from "zod";
import { exists, writeJsonAtomic } from "../../../base/files.ts";
import { readRecord } from "../../../base/records.ts";
import type { TaskOrder } from "./step-order.ts";

const FILE = "order.json";
const schema = z.object({ tasks: z.enum(["spread", "turns"]) });

export async function writeTaskOrder(directory: string, tasks: TaskOrder): Promise<void> {
  await writeJsonAtomic(join(directory, FILE), { tasks });
}

/** Versions that wrote none took tasks in turn. @throws InputError for a file that says neither. */
export async function readTaskOrder(directory: string): Promise<TaskOrder> {
  const path = join(directory, FILE);
  if (!(await exists(path))) return "turns";
  const words = { expected: "an order of tasks", todo: "Train the run again." };
  return (await readRecord(path, schema, words)).tasks;
}
