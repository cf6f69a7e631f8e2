import { defineConfig } from "vitest/config";

// `.ci/run` names a file to count tests from.
const results = process.env.ISRF_TEST_RESULTS;

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "web/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["test/slow/**", "node_modules/**"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // onnxruntime uses every core by itself: two files at a time keep a small machine busy without thrashing it.
    maxWorkers: 2,
    reporters: results === undefined ? ["default"] : ["default", ["json", { outputFile: results }]],
  },
});
