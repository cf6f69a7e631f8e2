// How far a language model as a judge agrees with people, on the replies that were read and labelled by hand
// (test/judgement), beside the rules on the same replies.
//   npx tsx scripts/judge-agreement.ts [--by llama-cpp:model.gguf] [--sample 100] [--seed 2026] [--out FILE]
// Without --by the rules stand alone; docs/reasoning.md has these figures of all replies (scripts/rule-table.ts).
// A reply counts as good where its label is "usable" alone. Drawn replies are of the part that no rule was made from,
// unless --part seen.
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { origin } from "../bench/engine/results.ts";
import { writeJsonAtomic } from "../src/base/files.ts";
import { Random } from "../src/base/random.ts";
import { makeProvider } from "../src/pipeline/reason/index.ts";
import { agreement, modelJudge, quotedData, REASONER_DEFAULTS, REPLY_QUESTIONS } from "../src/reasoning/index.ts";
import { verdicts } from "./rule-table.ts";

const { values } = parseArgs({
  options: {
    by: { type: "string" },
    sample: { type: "string", default: "108" },
    part: { type: "string", default: "held-out" },
    seed: { type: "string", default: "2026" },
    out: { type: "string" },
  },
});

const part = verdicts().filter((labelled) => labelled.part === values.part);
const seed = Number(values.seed);
const drawn = Random.of(seed, "judge agreement")
  .shuffle([...part])
  .slice(0, Number(values.sample));

// Before the model runs: whoever works on the files meanwhile changes the commit.
const { matmulPeakGflops: _, ...about } = origin(0);
const options = { ...REASONER_DEFAULTS, temperature: 0, seed };
const judge =
  values.by === undefined ? undefined : modelJudge(makeProvider(values.by, options), REPLY_QUESTIONS, options);
const pairs: { label: boolean; rule: boolean; model: boolean | undefined }[] = [];
let tokens = 0;
for (const [i, labelled] of drawn.entries()) {
  const { prompt, reply, labels, said } = labelled;
  const instruction = prompt.split("\n").find((line) => line.startsWith("Based on")) ?? "";
  const texts = { QUESTION: instruction, REPLY: reply };
  const question = { data: quotedData(prompt), texts };
  const asked = await judge?.ask(question, AbortSignal.timeout(3e5));
  pairs.push({
    label: labels.length === 1 && labels[0] === "usable",
    rule: said === undefined,
    model: asked?.verdicts?.usable,
  });
  tokens += asked?.promptTokens ?? 0;
  if (i % 10 === 9) console.error(`${i + 1} of ${drawn.length}`);
}
const judged = pairs.filter(({ model }) => model !== undefined);
const by = values.by === undefined ? "" : ` --by ${values.by.replace(/\/.*\//, "")}`;
const found = {
  what: "A model as a judge of single replies, and the rules, beside labels given by hand: share and Cohen's kappa.",
  command: `npx tsx scripts/judge-agreement.ts${by} --part ${values.part} --sample ${values.sample} --seed ${seed}`,
  ...about,
  machine: { cpu: cpus()[0]!.model, cores: cpus().length, node: process.version },
  seed,
  replies: drawn.length,
  good: pairs.filter(({ label }) => label).length,
  ...(judge && {
    unclear: pairs.length - judged.length,
    calledGood: judged.filter(({ model }) => model).length,
    promptTokens: tokens,
    modelWithLabels: agreement(judged.map(({ model, label }) => [model!, label] as const)),
  }),
  rulesWithLabels: agreement(pairs.map(({ rule, label }) => [rule, label] as const)),
};
console.log(JSON.stringify(found, null, 2));
if (values.out !== undefined) await writeJsonAtomic(values.out, found);
// Native threads of the model end with the process.
process.exit(0);
