// What manifests say of how vectors were made, compared: manifests of older versions say less.
import type { EmbeddingsManifest } from "./artifact.ts";
import type { PretrainedEncoder } from "./encoders/encoder.ts";

type Described = Pick<PretrainedEncoder, "kind" | "options">;

/** Options that older versions did not write down: where one side lacks them, nothing tells that they differ. */
const LATER = ["lowerCase", "tokenizer"];
/** How many words the texts gave is no choice. */
const FOUND = ["terms"];

/** What an encoder is asked by, as older versions wrote it down. */
export function olderOptions(options: Described["options"]): Described["options"] {
  return without(options, LATER);
}

/** Names of what two encoders differ in: "encoder" for the kind, and options. */
export function differingOptions(one: Described, other: Described): string[] {
  const [a, b] = [factsOf(one), factsOf(other)];
  const isLater = (key: string) => LATER.includes(key) && (a[key] === undefined || b[key] === undefined);
  return Object.keys({ ...a, ...b }).filter(
    (key) => !isLater(key) && JSON.stringify(a[key]) !== JSON.stringify(b[key]),
  );
}

/**
 * The encoder of a manifest, but for a width that a server was asked for and passed over, which older versions took: it
 * would be refused now.
 */
export function askedAgain({
  encoder,
  whiten,
  dimensions: width,
}: Pick<EmbeddingsManifest, "encoder" | "whiten" | "dimensions">): Described {
  const { dimensions: asked } = encoder.options;
  const isPassedOver = encoder.kind === "openai" && typeof asked === "number" && (whiten?.from ?? width) > asked;
  return isPassedOver ? { ...encoder, options: without(encoder.options, ["dimensions"]) } : encoder;
}

function factsOf({ kind, options }: Described): Readonly<Record<string, unknown>> {
  return { encoder: kind, ...without(options, FOUND) };
}

function without(options: Described["options"], names: readonly string[]): Described["options"] {
  return Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name)));
}
