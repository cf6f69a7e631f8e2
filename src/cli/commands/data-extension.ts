import { z } from "zod";
import { unknownName } from "../../base/errors.ts";
import { importSettings } from "../../data/settings.ts";
import { defineCommand } from "../command.ts";
import { printable } from "../text.ts";

export const dataExtensionCommand = defineCommand({
  path: ["data", "extension"],
  summary: "fetch an extension that reading workbooks, database servers or Parquet on S3 needs",
  description:
    "Fetches excel, httpfs, postgres_scanner or mysql_scanner from extensions.duckdb.org into the folder where import looks for it. DuckDB checks its signature before it is used. No other command fetches one; ISRF_OFFLINE=1 forbids it.",
  examples: ["isrf data extension excel"],
  arguments: [{ name: "name", description: "excel, httpfs, postgres_scanner or mysql_scanner", required: true }],
  options: z.object({ extensions: importSettings.shape.extensions }),
  async run({ arguments: { name }, options }) {
    const { EXTENSIONS, fetchExtension } = await import("../../data/index.ts");
    const known = EXTENSIONS.find((extension) => extension === name);
    if (known === undefined) throw unknownName("extension", name, EXTENSIONS);
    const file = await fetchExtension(known, options.extensions);
    return { json: { extension: known, file }, text: `${known} -> ${printable(file)}` };
  },
});
