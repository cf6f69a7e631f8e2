// Compiled with everything else by `npm run types`: where a misspelt option key is no error, the compiler complains
// here.
import { expect, test } from "vitest";
import { exact } from "../../src/cli/command.ts";
import type { ImportOptions } from "../../src/data/index.ts";
import type { AuditRunOptions } from "../../src/pipeline/audit/audit-run.ts";
import type { ControlRunOptions } from "../../src/pipeline/audit/control-run.ts";
import type { CompareOptions } from "../../src/pipeline/compare/compare.ts";
import type { DemoOptions } from "../../src/pipeline/demo/demo.ts";
import type { EmbedOptions } from "../../src/pipeline/embed/index.ts";
import type { EvaluateRunOptions } from "../../src/pipeline/evaluate/evaluate.ts";
import type { ExplainOptions } from "../../src/pipeline/explain/explain.ts";
import type { ReasoningSettings } from "../../src/pipeline/reason/settings.ts";
import type { RecommendOptions } from "../../src/pipeline/recommend/index.ts";
import type { StudyOptions } from "../../src/pipeline/study/study.ts";
import type { TrainOptions } from "../../src/pipeline/train/index.ts";

/** Options as a command has them: no literal, whose keys the compiler would check anyhow. */
function options<O>(): O & { datset: string; thread: number } {
  return { datset: "moved", thread: 2 } as O & { datset: string; thread: number };
}

const handed: readonly unknown[] = [
  // @ts-expect-error
  ((): ImportOptions => exact({ ...options<ImportOptions>(), signal: undefined }))(),
  ((): EvaluateRunOptions => {
    const { thread: _, datset: __, ...rest } = options<EvaluateRunOptions>();
    return exact({ ...rest, report: undefined });
  })(),
  // @ts-expect-error
  ((): EvaluateRunOptions => exact(options<EvaluateRunOptions>()))(),
  // @ts-expect-error
  ((): ControlRunOptions => exact({ ...options<ControlRunOptions>(), signal: undefined }))(),
  // @ts-expect-error
  ((): AuditRunOptions => exact({ ...options<AuditRunOptions>(), signal: undefined }))(),
  // @ts-expect-error
  ((): CompareOptions => exact({ ...options<CompareOptions>(), metrics: undefined }))(),
  // @ts-expect-error
  ((): DemoOptions => exact({ ...options<DemoOptions>(), signal: undefined }))(),
  // @ts-expect-error
  ((): EmbedOptions => exact({ ...options<EmbedOptions>(), signal: undefined }))(),
  // @ts-expect-error
  ((): ExplainOptions => exact(options<ExplainOptions>()))(),
  // @ts-expect-error
  ((): ReasoningSettings => exact(options<ReasoningSettings>()))(),
  // @ts-expect-error
  ((): RecommendOptions => exact(options<RecommendOptions>()))(),
  // @ts-expect-error
  ((): StudyOptions => exact({ ...options<StudyOptions>(), signal: undefined }))(),
  // @ts-expect-error
  ((): TrainOptions => exact({ ...options<TrainOptions>(), signal: undefined }))(),
];

test("options are handed on as they are", () => {
  expect(handed).toHaveLength(13);
  const given = { user: "u1", top: undefined };
  expect(exact<{ user: string; top?: number | undefined }, typeof given>(given)).toBe(given);
});
