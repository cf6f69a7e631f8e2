// Language models as reasoners: the parts that a stage puts together.
export { type AiSdkModel, type AiSdkOptions, aiSdkProvider } from "./ai-sdk.ts";
export { type BudgetLimits, BudgetReached, costOf, type Prices, type UsedTokens } from "./budget.ts";
export { ggufIdentity, ggufSource } from "./gguf-file.ts";
export { languageModelReasoner, REASONER_DEFAULTS, type ReasonerOptions } from "./language-model-reasoner.ts";
export { llamaCppProvider } from "./llama-cpp.ts";
export { type ModelJudge, modelJudge, refuseSilentJudge, type Verdicts } from "./model-judge.ts";
export { ollamaProvider } from "./ollama.ts";
export { openAiProvider } from "./openai.ts";
export { pooledProvider } from "./pooled-provider.ts";
export type { GenerationOptions, Provider } from "./provider.ts";
export { recordedPrompts, replayReasoner } from "./replay.ts";
export { Usefulness } from "./usefulness.ts";
