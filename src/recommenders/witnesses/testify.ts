// The word of one witness on all items or on lists of them, from how it comes to it.
import { row } from "../../base/matrix.ts";
import type { FewVoice, NearestVoice, ProductsVoice, Voice } from "./voice.ts";
import type { Witness, WitnessQuestion } from "./witness.ts";

type Testify = Witness["testify"];

export function testifyBy(voice: Voice): Testify {
  switch (voice.kind) {
    case "products":
      return (questions, among) =>
        among === undefined ? productsOfAll(voice, questions) : productsOf(voice, questions, among);
    case "nearest":
      return (questions, among) =>
        among === undefined ? nearestOfAll(voice, questions) : nearestOf(voice, questions, among);
    case "few":
      return fewBy(voice);
    case "fixed":
      return async (questions, among) =>
        questions.map((_, i) => (among === undefined ? voice.values.slice() : valuesAt(voice.values, among[i]!)));
    default:
      return voice satisfies never;
  }
}

async function productsOfAll({ products, queries }: ProductsVoice, questions: readonly WitnessQuestion[]) {
  return products.of(await queries(questions));
}

async function productsOf(
  { products, queries, shifts }: ProductsVoice,
  questions: readonly WitnessQuestion[],
  among: readonly Int32Array[],
): Promise<Float32Array[]> {
  const asked = await queries(questions);
  const own = await shifts?.(questions);
  const found = await products.listed(
    asked.map((query) => [query]),
    among,
  );
  if (own !== undefined) {
    found.forEach((values, i) => {
      for (let k = 0; k < values.length; k++) values[k]! += own[i]!;
    });
  }
  return found;
}

async function nearestOfAll({ products, near, factors }: NearestVoice, questions: readonly WitnessQuestion[]) {
  const { items } = products;
  const asked = questions.flatMap(({ history }, question) =>
    Array.from(near(history), (item, age) => ({ question, item, age })),
  );
  const found = await products.of(asked.map(({ item }) => row(items, item)));
  const out = questions.map(() => new Float32Array(items.rows));
  asked.forEach(({ question, age }, i) => {
    const [most, own, factor] = [out[question]!, found[i]!, factors[age]!];
    for (let k = 0; k < most.length; k++) most[k] = Math.max(most[k]!, factor * own[k]!);
  });
  return out;
}

async function nearestOf(
  { products, near, factors, most }: NearestVoice,
  questions: readonly WitnessQuestion[],
  among: readonly Int32Array[],
): Promise<Float32Array[]> {
  const { items } = products;
  const nothing = new Float32Array(items.columns);
  const asked = questions.map(({ history }) => {
    const rows = Array.from(near(history), (item) => row(items, item));
    while (rows.length < most) rows.push(nothing);
    return rows;
  });
  const found = await products.listed(asked, among);
  return found.map((values, i) => {
    const out = new Float32Array(among[i]!.length);
    for (let k = 0; k < out.length; k++) {
      for (let age = 0; age < most; age++) out[k] = Math.max(out[k]!, factors[age]! * values[k * most + age]!);
    }
    return out;
  });
}

function fewBy(voice: FewVoice): Testify {
  const said = new Float32Array(voice.nItems);
  return async (questions, among) =>
    questions.map((question, i) => {
      const { items, values, size } = voice.of(question);
      const base = voice.hasBase(question) ? voice.base : undefined;
      for (let k = 0; k < size; k++) said[items[k]!]! += values[k]!;
      const list = among?.[i];
      const out = list === undefined ? said.slice() : valuesAt(said, list);
      for (let k = 0; k < size; k++) said[items[k]!] = 0;
      if (base !== undefined) for (let k = 0; k < out.length; k++) out[k]! += base[list?.[k] ?? k]!;
      return out;
    });
}

/** `values` [nItems] at `items`. */
function valuesAt(values: Float32Array, items: Int32Array): Float32Array {
  const out = new Float32Array(items.length);
  for (let i = 0; i < items.length; i++) out[i] = values[items[i]!]!;
  return out;
}
