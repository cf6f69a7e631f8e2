// OpenTelemetry traces: one span a request, where the usual environment variables ask for them.
import { context, propagation, type Span, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { OperationError } from "../../base/errors.ts";
import { productVersion } from "../../base/product-version.ts";

const SDK = "@opentelemetry/sdk-node";

export interface Traces {
  readonly isOn: boolean;
  stop(): Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** @throws OperationError that says how to install the SDK where traces are asked for and it is missing. */
export async function startTraces(environment: Environment): Promise<Traces> {
  const isAsked = Object.keys(environment).some((name) => /^OTEL_EXPORTER_OTLP_(TRACES_)?ENDPOINT$/.test(name));
  if (!isAsked || environment.OTEL_SDK_DISABLED === "true") return { isOn: false, stop: async () => {} };
  const { NodeSDK } = await import(SDK).catch((cause: unknown) => {
    const todo = `Add it where you run isrf: npm install ${SDK}@0.219, or unset OTEL_EXPORTER_OTLP_ENDPOINT.`;
    throw new OperationError(`Traces need the package ${SDK}, which is not installed. ${todo}`, { cause });
  });
  const sdk = new NodeSDK({ serviceName: environment.OTEL_SERVICE_NAME ?? "isrf" });
  sdk.start();
  return { isOn: true, stop: () => sdk.shutdown() };
}

/** Do `work` in a span of its own, below that of whoever asks. */
export function traced<T extends { readonly status: number }>(
  name: string,
  headers: Readonly<Record<string, string>>,
  work: () => Promise<T>,
): Promise<T> {
  const parent = propagation.extract(context.active(), headers);
  const tracer = trace.getTracer("isrf", productVersion());
  return tracer.startActiveSpan(name, { kind: SpanKind.SERVER }, parent, async (span) => {
    try {
      const response = await work();
      describe(span, response.status);
      return response;
    } finally {
      span.end();
    }
  });
}

function describe(span: Span, status: number): void {
  span.setAttribute("http.response.status_code", status);
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
}
