// Names of the environment that are ours by their first letters. One that nothing reads is most likely mistyped.
import { didYouMean } from "../base/errors.ts";
import type { Command } from "./command.ts";
import { fieldsOf } from "./fields.ts";
import { environmentNames } from "./settings.ts";

const OURS = "ISRF_";

/** What is read beside options. */
const READ = ["API_KEYS", "CONFIG", "DEBUG", "HELPER_TOKEN", "JSON", "OFFLINE", "QUIET"];

/** What compose.yaml, the client in docs/serving.md, the explorer's development server and the tests read. */
const READ_AROUND = [
  "CHROMIUM",
  "DATA",
  "DB_PASSWORD",
  "DUCKDB_EXTENSIONS",
  "FC_SEED",
  "GGUF",
  "KEY",
  "LLM_START",
  "MOTO",
  "SERVER",
  "TEST_RESULTS",
  "VERSITYGW",
];

const APART: ReadonlySet<string> = new Set([...READ, ...READ_AROUND].map((name) => `${OURS}${name}`));

/** A sentence on each `ISRF_` name that is set and that neither an option of a command nor anything else has. */
export function unreadNames(
  environment: Readonly<Record<string, string | undefined>>,
  commands: readonly Command[],
): readonly string[] {
  const doubtful = Object.keys(environment).filter(
    (name) => name.startsWith(OURS) && environment[name] !== "" && !APART.has(name),
  );
  // Whoever sets none, as most do, does not wait for the names of all options.
  if (doubtful.length === 0) return [];
  const ofOptions = new Set(
    commands.flatMap((command) => fieldsOf(command.options).flatMap((field) => environmentNames(command, field))),
  );
  const known = [...ofOptions, ...APART];
  return doubtful
    .filter((name) => !ofOptions.has(name))
    .map((name) => `${name} is set, and nothing reads it: no command has such an option.${didYouMean(name, known)}`);
}
