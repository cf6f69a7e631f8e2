import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// `.ci/run` names a file to count tests from.
const results = process.env.ISRF_TEST_RESULTS;

/** These mock a module, or move what a whole process shares: each has a process of its own. */
const APART = [
  "src/base/lock-on-failing-disk.test.ts",
  "src/base/lock-without-proc.test.ts",
  "src/base/own-folder.test.ts",
  "src/cli/config-file.test.ts",
  "src/data/sources/elsewhere/elsewhere.test.ts",
  "src/engine/session/session.test.ts",
  "src/objects/file-store-without-links.test.ts",
  "src/pipeline/items/items.test.ts",
  "src/pipeline/work/worker.test.ts",
  "src/reasoning/llm/llama-cpp.test.ts",
  "test/integration/threads.test.ts",
  "web/src/asking/storage.test.ts",
];

/** Processes of the product's own start as what is built. */
const alias = [
  {
    find: /^(\.\.\/)+base\/own-program\.ts$/,
    replacement: fileURLToPath(new URL("test/support/own-program.ts", import.meta.url)),
  },
];

export default defineConfig({
  resolve: { alias },
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // onnxruntime uses every core by itself: two files at a time keep a small machine busy without thrashing it.
    maxWorkers: 2,
    reporters: results === undefined ? ["default"] : ["default", ["json", { outputFile: results }]],
    projects: [
      {
        extends: true,
        // A quarter of their time would go to importing and compiling what the file before has imported.
        test: {
          name: "together",
          include: ["src/**/*.test.ts", "web/**/*.test.ts", "test/**/*.test.ts"],
          exclude: ["test/slow/**", ...APART],
          isolate: false,
        },
      },
      { extends: true, test: { name: "apart", include: APART } },
    ],
  },
});
