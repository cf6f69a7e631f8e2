// OpenTelemetry traces: one span a request, where the usual environment variables ask for them.
import {
  context,
  isSpanContextValid,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { OperationError, UsageError } from "../../base/errors.ts";
import { permitted } from "../../base/permitted.ts";
import { productVersion } from "../../base/product-version.ts";

const SDK = "@opentelemetry/sdk-node";

export interface Traces {
  readonly isOn: boolean;
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** What is used of the package. */
interface SdkPackage {
  readonly NodeSDK: new (options: { serviceName: string }) => { start(): void; shutdown(): Promise<void> };
}

/**
 * @param load The SDK, which is optional.
 * @throws OperationError that says how to install the SDK where traces are asked for and it is missing or does not hear
 *   ours; UsageError for an address that ISRF_OFFLINE forbids.
 */
export async function startTraces(
  environment: Environment,
  load: () => Promise<SdkPackage> = () => import("@opentelemetry/sdk-node"),
): Promise<Traces> {
  const endpoint = environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || environment.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint || environment.OTEL_SDK_DISABLED === "true") return { isOn: false, stop: async () => {} };
  if (!URL.canParse(endpoint)) throw new UsageError(`OTEL_EXPORTER_OTLP_ENDPOINT ${endpoint}: expected a URL.`);
  permitted(new URL(endpoint), environment);
  const todo = `Add it where you run isrf: npm install ${SDK}@0.219, or unset OTEL_EXPORTER_OTLP_ENDPOINT.`;
  const { NodeSDK } = await load().catch((cause: unknown) => {
    throw new OperationError(`Traces need the package ${SDK}, which is not installed. ${todo}`, { cause });
  });
  const sdk = new NodeSDK({ serviceName: environment.OTEL_SERVICE_NAME ?? "isrf" });
  sdk.start();
  if (!isHeard()) {
    await sdk.shutdown();
    throw new OperationError(`The installed ${SDK} does not hear this version's traces. ${todo}`);
  }
  return { isOn: true, stop: () => sdk.shutdown().catch(() => {}) };
}

/** An SDK on an older API than ours would drop every span, and say nothing. */
function isHeard(): boolean {
  return isSpanContextValid(trace.getTracer("isrf").startSpan("start").spanContext());
}

/** What a span says of a request: no ids. */
export interface Traced {
  readonly operation: string;
  readonly status: number;
}

/** Do `work` in a span of its own, below that of whoever asks. */
export function traced(
  method: string,
  headers: Readonly<Record<string, string>>,
  work: () => Promise<Traced>,
): Promise<void> {
  const parent = propagation.extract(context.active(), headers);
  const tracer = trace.getTracer("isrf", productVersion());
  return tracer.startActiveSpan(method, { kind: SpanKind.SERVER }, parent, async (span) => {
    try {
      describe(span, await work());
    } finally {
      span.end();
    }
  });
}

function describe(span: Span, { operation, status }: Traced): void {
  span.updateName(operation);
  span.setAttribute("http.response.status_code", status);
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
}
