// What a command's zod schema says about its options: the one source of flags, environment names, help and validation.
import { z } from "zod";

/**
 * How words become a value: `truth` from a bare flag or yes/no, `number`, `text`, or `either` (number where it reads as
 * one).
 */
export type FieldKind = "truth" | "number" | "text" | "either";

export interface Field {
  /** Key in the schema, `kCore`. */
  readonly key: string;
  /** `--k-core`. */
  readonly flag: string;
  readonly kind: FieldKind;
  /** Repeatable: the value is a list. */
  readonly isList: boolean;
  /** A list that may also be a single value. */
  readonly takesOne: boolean;
  /** A list whose words may stand in one, with commas between: numbers, and names that have none in them. */
  readonly takesCommas: boolean;
  /** Allowed words, where the schema lists them. */
  readonly choices: readonly string[];
  /** Undefined for a required option and for one that may stay unset. */
  readonly default: unknown;
  readonly isRequired: boolean;
  readonly description: string;
  readonly unit: string | undefined;
  /** What holds while the option stays unset, in words. */
  readonly absent: string | undefined;
  /** What `--no-x` does, for a truth that holds by default. */
  readonly off: string | undefined;
  /** Placeholder in help: `<number>`, `<DIR>`. */
  readonly value: string;
  readonly schema: z.ZodType;
}

/**
 * Keys of options that mean different things in different commands: `users` is a file of `data import` and a number of
 * `evaluate`. What sets an option for every command at once (top level of a settings file, `ISRF_X`) must not set
 * these.
 */
export const MEANS_MANY_THINGS: ReadonlySet<string> = new Set([
  "all",
  "by",
  "cache",
  "format",
  "from",
  "item",
  "items",
  "maxTokens",
  "model",
  "name",
  "neighbours",
  "prompts",
  "sample",
  "sentences",
  "set",
  "split",
  "user",
  "users",
]);

/** Longer lists of choices stand in the description, where help can wrap them. */
const LONGEST_CHOICES = 24;

/** The fields of `options`, in the order of declaration. */
export function fieldsOf(options: Pick<z.ZodObject, "shape">): readonly Field[] {
  return Object.entries(options.shape).map(([key, schema]) => fieldOf(key, schema as z.ZodType));
}

/** `kCore` -> `k-core`. */
export function kebab(key: string): string {
  return key.replace(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase();
}

function fieldOf(key: string, schema: z.ZodType): Field {
  const { core, meta } = unwrap(schema);
  const list = listIn(core);
  const isList = list !== undefined;
  const element = isList ? unwrap(list.element as z.ZodType).core : core;
  const choices = choicesOf(element);
  const kind = kindOf(element);
  const absent = schema.safeParse(undefined);
  const { description = "", unit, value, absent: unset, off, commas } = meta;
  return {
    key,
    flag: `--${kebab(key)}`,
    kind,
    isList,
    takesOne: isList && list !== core,
    takesCommas: isList && (kind === "number" || commas === true),
    choices,
    default: absent.success ? absent.data : undefined,
    isRequired: !absent.success,
    description,
    unit: typeof unit === "string" ? unit : undefined,
    absent: typeof unset === "string" ? unset : undefined,
    off: typeof off === "string" ? off : undefined,
    value: typeof value === "string" ? value : placeholder(kind, choices),
    schema,
  };
}

/** The list that a schema takes, also one that takes a single value beside it. */
function listIn(core: z.ZodType): z.ZodArray | undefined {
  if (core instanceof z.ZodArray) return core;
  if (!(core instanceof z.ZodUnion)) return undefined;
  return core.options.map((option) => unwrap(option as z.ZodType).core).find((each) => each instanceof z.ZodArray);
}

function placeholder(kind: FieldKind, choices: readonly string[]): string {
  if (choices.length > 0) return choices.join("|").length <= LONGEST_CHOICES ? choices.join("|") : "choice";
  return kind === "number" ? "number" : "text";
}

type Meta = {
  readonly description?: string | undefined;
  readonly unit?: unknown;
  readonly value?: unknown;
  readonly absent?: unknown;
  readonly off?: unknown;
  readonly commas?: unknown;
};

/** The schema inside optional, default and similar wrappers, with the outermost word on each piece of metadata. */
function unwrap(schema: z.ZodType): { core: z.ZodType; meta: Meta } {
  const own = (schema.meta() ?? {}) as Meta;
  const inner = innerOf(schema);
  if (inner === undefined) return { core: schema, meta: own };
  const { core, meta } = unwrap(inner);
  return { core, meta: { ...meta, ...own } };
}

function innerOf(schema: z.ZodType): z.ZodType | undefined {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodReadonly
  ) {
    return schema.unwrap() as z.ZodType;
  }
  return schema instanceof z.ZodPipe ? (schema.in as z.ZodType) : undefined;
}

function kindOf(schema: z.ZodType): FieldKind {
  if (schema instanceof z.ZodBoolean) return "truth";
  if (schema instanceof z.ZodNumber) return "number";
  if (schema instanceof z.ZodUnion) {
    const kinds = new Set(schema.options.map((option) => kindOf(unwrap(option as z.ZodType).core)));
    return kinds.size === 1 ? [...kinds][0]! : "either";
  }
  if (schema instanceof z.ZodLiteral) {
    return [...schema.values].every((value) => typeof value === "number") ? "number" : "text";
  }
  return "text";
}

function choicesOf(schema: z.ZodType): readonly string[] {
  if (schema instanceof z.ZodEnum) return schema.options.map(String);
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(String);
  if (schema instanceof z.ZodUnion) {
    return schema.options.flatMap((option) => {
      const words = choicesOf(unwrap(option as z.ZodType).core);
      return words.length > 0 ? words : [kindOf(unwrap(option as z.ZodType).core) === "number" ? "number" : "text"];
    });
  }
  return [];
}
