// OpenTelemetry traces: one span a request, where the usual environment variables ask for them.
import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OperationError, UsageError } from "../../base/errors.ts";
import { permitted } from "../../base/permitted.ts";
import { productVersion } from "../../base/product-version.ts";

const SDK = "@opentelemetry/sdk-node";

export interface Traces {
  readonly isOn: boolean;
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * @throws OperationError that says how to install the SDK where traces are asked for and it is missing; UsageError for
 *   an address that ISRF_OFFLINE forbids.
 */
export async function startTraces(environment: Environment): Promise<Traces> {
  const endpoint = environment.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || environment.OTEL_EXPORTER_OTLP_ENDPOINT;
  if (!endpoint || environment.OTEL_SDK_DISABLED === "true") return { isOn: false, stop: async () => {} };
  if (!URL.canParse(endpoint)) throw new UsageError(`OTEL_EXPORTER_OTLP_ENDPOINT ${endpoint}: expected a URL.`);
  permitted(new URL(endpoint), environment);
  const { NodeSDK } = await import(SDK).catch((cause: unknown) => {
    const todo = `Add it where you run isrf: npm install ${SDK}@0.219, or unset OTEL_EXPORTER_OTLP_ENDPOINT.`;
    throw new OperationError(`Traces need the package ${SDK}, which is not installed. ${todo}`, { cause });
  });
  const sdk = new NodeSDK({ serviceName: environment.OTEL_SERVICE_NAME ?? "isrf" });
  sdk.start();
  return { isOn: true, stop: () => sdk.shutdown() };
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
