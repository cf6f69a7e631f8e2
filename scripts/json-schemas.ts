// Shapes of what `--json` prints, for programs that read it. Run as a script, it writes them as JSON Schemas to
// docs/json; a test holds them equal and puts real output to them.
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { similarUsersManifestSchema } from "../src/embedding/index.ts";
import { evaluationSchema } from "../src/pipeline/evaluate/index.ts";
import { importShape, inspectionShape } from "./data-schemas.ts";
import { explanationShape } from "./explain-schema.ts";
import { reasonShape } from "./reason-schema.ts";

const option = z.looseObject({
  name: z.string(),
  description: z.string(),
  choices: z.array(z.string()).describe("allowed words, where the option lists them"),
  defaults: z.record(z.string(), z.unknown()).describe("value by preset"),
});

const model = z.looseObject({
  name: z.string().describe("what --model takes"),
  title: z.string(),
  kind: z.enum(["trained", "untrained"]),
  tasks: z.array(z.enum(["sequential", "direct"])),
  citation: z.string(),
  options: z.array(option).optional().describe("what --set takes; absent where nothing is trained"),
});

const similarUsers = z.looseObject({
  directory: z.string().describe("where they lie, and trainings find them"),
  manifest: similarUsersManifestSchema.loose(),
  isNew: z.boolean().describe("false: they were there before"),
  presets: z.array(z.string()).describe("presets of isrf whose trainings take them as they stand"),
  seconds: z.number().describe("wall time of the command"),
});

/** By command: `isrf models` prints a list, `isrf models NAME` one of its entries. */
export const OUTPUTS = {
  "data import": importShape,
  "data inspect": inspectionShape,
  evaluate: evaluationSchema,
  explain: explanationShape,
  models: z.union([z.array(model), model]),
  reason: reasonShape,
  "similar-users": similarUsers,
} as const satisfies Readonly<Record<string, z.ZodType>>;

export const FOLDER = resolve(import.meta.dirname, "../docs/json");

/** File name and text of each schema. */
export function schemaFiles(): readonly (readonly [file: string, text: string])[] {
  return Object.entries(OUTPUTS).map(([command, shape]) => {
    const schema = z.toJSONSchema(shape, { io: "input" });
    const content = { title: `What isrf ${command} --json prints`, ...schema };
    return [`${command.replaceAll(" ", "-")}.schema.json`, `${JSON.stringify(content, null, 2)}\n`];
  });
}

async function main(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  for (const [file, text] of schemaFiles()) await writeFile(join(FOLDER, file), text);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
