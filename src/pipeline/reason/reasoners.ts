// Who can reason: the table behind `--llm KIND:MODEL`.
import { didYouMean, UsageError } from "../../base/errors.ts";
import { type Report, silent } from "../../base/progress.ts";
import type { Dataset, Split } from "../../data/index.ts";
import {
  BatchApi,
  batchReasoner,
  languageModelReasoner,
  llamaCppProvider,
  offlineReasoner,
  ollamaProvider,
  openAiProvider,
  type Provider,
  pooledProvider,
  REASONER_DEFAULTS,
  type Reasoner,
  type ReasonerOptions,
  replayReasoner,
} from "../../reasoning/index.ts";
import { CLOCK } from "../../servers/clock.ts";

interface ProviderContext {
  /** What stands after the colon; empty when there is none. */
  readonly model: string;
  readonly options: ReasonerOptions;
  readonly environment: Environment;
  readonly report: Report;
}

interface ReasonerContext extends ProviderContext {
  readonly dataset: Dataset;
  readonly split: Split;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Language models; a judge asks them as they are, a reasoner with its rules about answers. */
const PROVIDERS: Readonly<Record<string, (context: ProviderContext) => Provider>> = {
  ollama: ({ model, options, environment, report }) => {
    const name = named("ollama", model, "deepseek-r1:14b");
    const servers = addressesOf("OLLAMA_HOST", environment).map(({ address, weight }) => ({
      provider: ollamaProvider(name, options, address),
      weight,
      name: shownAddress(address),
    }));
    return pooledProvider(servers, CLOCK, remarkTo(report));
  },
  openai: ({ model, options, environment, report }) => {
    const remark = remarkTo(report);
    const name = named("openai", model, "gpt-4.1-mini");
    const servers = addressesOf("OPENAI_BASE_URL", environment).map(({ address, weight }) => ({
      provider: openAiProvider(name, options, { baseUrl: address, key: environment.OPENAI_API_KEY }, remark),
      weight,
      name: shownAddress(address),
    }));
    return pooledProvider(servers, CLOCK, remark);
  },
  "llama-cpp": ({ model, options, environment, report }) =>
    llamaCppProvider(named("llama-cpp", model, "model.gguf"), options, { environment, report }),
};

const asReasoner =
  (provider: (context: ProviderContext) => Provider) =>
  (context: ReasonerContext): Reasoner =>
    languageModelReasoner(provider(context), context.options);

const REASONERS: Readonly<Record<string, (context: ReasonerContext) => Reasoner>> = {
  offline: ({ dataset, split, model }) => {
    if (model !== "")
      throw new UsageError(`--llm offline:${model}: the rule-based reasoner has no models. Write --llm offline.`);
    return offlineReasoner(dataset, split);
  },
  ...Object.fromEntries(Object.entries(PROVIDERS).map(([kind, provider]) => [kind, asReasoner(provider)])),
  replay: ({ model }) => replayReasoner(named("replay", model, "answers.jsonl")),
};

function remarkTo(report: Report): (message: string) => void {
  return (message) => report({ kind: "warning", message });
}

interface Address {
  /** Undefined: the service's own. */
  readonly address: string | undefined;
  readonly weight: number;
}

/**
 * "http://gpu1:8000/v1 x3, http://gpu2:8000/v1": several servers of one model, some of them with a larger share.
 * @throws UsageError for commas with nothing between them: questions for one's own server would go to the service.
 */
function addressesOf(variable: string, environment: Environment): readonly Address[] {
  const { [variable]: text = "" } = environment;
  const all = text.split(",").map((entry) => {
    const [, address = "", weight = "1"] = /^\s*(.*?)(?:\s+x(\d+))?\s*$/.exec(entry)!;
    return { address: address || undefined, weight: Math.max(1, Number(weight)) };
  });
  if (all.length === 1) return all;
  const named = all.filter(({ address }) => address !== undefined);
  if (named.length > 0) return named;
  throw new UsageError(`${variable}="${text}": no server is named, expected addresses with commas between them.`);
}

/** Without user, password and query, which may hold keys. */
function shownAddress(address: string | undefined): string | undefined {
  return address
    ?.replace(/^\w+:\/\//, "")
    .replace(/^.*@/, "")
    .replace(/[/?#].*$/, "");
}

export const REASONER_KINDS: readonly string[] = Object.keys(REASONERS);

/**
 * The reasoner of a `KIND` or `KIND:MODEL` text. `options` count for language models only. Servers and keys come from
 * `environment` (`OLLAMA_HOST`, `OPENAI_BASE_URL`, `OPENAI_API_KEY`); nothing is contacted before the first question.
 * @throws UsageError for an unknown kind, with the known ones, a missing model or an address that is none; InputError
 * for a file that cannot be read.
 */
export function makeReasoner(
  spec: string,
  dataset: Dataset,
  split: Split,
  options: Partial<ReasonerOptions> = {},
  environment: Environment = process.env,
  report: Report = silent,
): Reasoner {
  const { kind, model } = parseReasoner(spec);
  return REASONERS[kind]!({
    dataset,
    split,
    model,
    options: { ...REASONER_DEFAULTS, ...options },
    environment,
    report,
  });
}

/**
 * The language model of a `KIND:MODEL` text, to be asked something else than chains.
 * @throws UsageError for a kind that is no language model, with those that are, and as `makeReasoner`.
 */
export function makeProvider(
  spec: string,
  options: Partial<ReasonerOptions> = {},
  environment: Environment = process.env,
  report: Report = silent,
): Provider {
  const { kind, model } = parseReasoner(spec);
  const provider = PROVIDERS[kind];
  if (provider === undefined) {
    const known = Object.keys(PROVIDERS).join(", ");
    throw new UsageError(`${spec}: "${kind}" asks no language model, expected ${known}.`);
  }
  return provider({ model, options: { ...REASONER_DEFAULTS, ...options }, environment, report });
}

/** How questions travel in batches. */
export interface BatchWay {
  /** By the server's batch API; otherwise in files. */
  readonly isSent: boolean;
  /** A new folder for the next wave's files. */
  readonly out?: string | undefined;
  /** Output files of earlier ones. */
  readonly in?: readonly string[] | undefined;
}

/**
 * The reasoner of an `openai:MODEL` text that is asked in batches. Nothing is contacted or written before the first
 * wave.
 * @throws UsageError for another kind, a missing model or address.
 */
export function makeBatchReasoner(
  spec: string,
  dataset: Dataset,
  options: Partial<ReasonerOptions>,
  way: BatchWay,
  environment: Environment = process.env,
): Reasoner {
  const { kind, model } = parseReasoner(spec);
  if (kind !== "openai") {
    throw new UsageError(
      `--llm ${spec}: batches are in OpenAI's format, which vLLM reads too. Write --llm openai:MODEL, with the name by which the answers are to be kept.`,
    );
  }
  const name = named(kind, model, "gpt-4.1-mini");
  const all = { ...REASONER_DEFAULTS, ...options };
  const access = { baseUrl: environment.OPENAI_BASE_URL, key: environment.OPENAI_API_KEY };
  const api = way.isSent ? new BatchApi(access, all.timeoutSeconds * 1000) : undefined;
  return batchReasoner(name, all, { directory: dataset.directory, api, out: way.out, in: way.in });
}

/** The parts of a `KIND` or `KIND:MODEL` text. @throws UsageError for an unknown kind, with the known ones. */
export function parseReasoner(spec: string): { readonly kind: string; readonly model: string } {
  const colon = spec.indexOf(":");
  const kind = colon < 0 ? spec : spec.slice(0, colon);
  if (!Object.hasOwn(REASONERS, kind)) {
    const known = REASONER_KINDS.join(", ");
    throw new UsageError(
      `--llm ${spec}: unknown kind "${kind}", expected ${known}.${didYouMean(kind, REASONER_KINDS)}`,
    );
  }
  return { kind, model: colon < 0 ? "" : spec.slice(colon + 1) };
}

function named(kind: string, model: string, example: string): string {
  if (model !== "") return model;
  throw new UsageError(`--llm ${kind}: the model is missing. For example: --llm ${kind}:${example}`);
}
