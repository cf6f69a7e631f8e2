// One update of T5-small from a batch in micro-batches, as option `accumulate` makes it, against plain PyTorch at the
// same shapes: fresh processes in turn, threads alike, dropout on, AdamW once an update. Token ids are drawn. Forms of
// PyTorch: eager, compiled (torch.compile, which needs a C++ compiler), and either with MKL's AVX-512 kernels forced.
//   npx tsx bench/accumulated-steps.ts [--batch 64] [--parts 16] [--source 544] [--target 6] [--samples 2] [--rounds 2]
//     [--peer-parts 16,8] [--forms eager,compiled,eager+avx512,compiled+avx512] [--threads 2] [--python FILE]
//     [--json FILE]
import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { T5_SMALL } from "../src/backbone/t5-config.ts";
import { t5Parameters } from "../src/backbone/t5-parameters.ts";
import { writeJsonAtomic } from "../src/base/files.ts";
import { Random } from "../src/base/random.ts";
import { ADAMW_DEFAULTS, compileGradients, GradientSum, mul, Parameters } from "../src/engine/index.ts";
import { keepMasks } from "../src/training/keep-masks.ts";
import { isForced, preloaded } from "./engine/processes.ts";
import { t5Objective } from "./engine/t5-objective.ts";

const { values } = parseArgs({
  options: {
    batch: { type: "string", default: "64" },
    parts: { type: "string", default: "16" },
    "peer-parts": { type: "string", default: "16,8" },
    forms: { type: "string", default: "eager,compiled,eager+avx512,compiled+avx512" },
    source: { type: "string", default: "544" },
    target: { type: "string", default: "6" },
    samples: { type: "string", default: "2" },
    rounds: { type: "string", default: "2" },
    threads: { type: "string", default: "2" },
    python: { type: "string", default: "python3" },
    json: { type: "string" },
    side: { type: "string" },
  },
});

interface Measured {
  /** The first update, with compilation. */
  readonly first: readonly [number, number];
  /** Seconds on the wall and of the processors, of each update. */
  readonly samples: readonly (readonly [number, number])[];
  readonly peakMiB: number;
}

const asked = {
  batch: Number(values.batch),
  parts: Number(values.parts),
  source: Number(values.source),
  target: Number(values.target),
  samples: Number(values.samples),
  threads: Number(values.threads),
  t5: T5_SMALL,
  optimiser: ADAMW_DEFAULTS,
};

/** Our side, in a process of its own. */
async function measureOurs(): Promise<Measured> {
  const { batch, parts, source, target, samples, threads } = asked;
  const random = Random.of(1, "accumulated steps");
  const parameters = Parameters.of(t5Parameters(T5_SMALL), ({ shape, init }) => init(shape, random));
  const size = { batch: batch / parts, source, target };
  const program = await compileGradients(
    (t) => {
      const { loss } = t5Objective(t, T5_SMALL, size, true);
      return { loss: mul(loss, 1 / parts) };
    },
    { threads },
  );
  const sum = new GradientSum(parameters);
  const masks = new Map<string, Uint8Array>();
  const tokens = (count: number) => Int32Array.from({ length: count }, () => 3 + random.below(T5_SMALL.vocabulary - 3));
  const seconds: [number, number][] = [];
  for (let sample = 0; sample <= samples; sample++) {
    const [since, cpu] = [performance.now(), process.cpuUsage()];
    for (let part = 0; part < parts; part++) {
      await sum.add(program, {
        tokens: tokens(size.batch * source),
        mask: new Float32Array(size.batch * source),
        decoderTokens: tokens(size.batch * target),
        labels: tokens(size.batch * target),
        ...keepMasks(program.executable.program, random, masks),
      });
    }
    sum.update(ADAMW_DEFAULTS);
    const { user, system } = process.cpuUsage(cpu);
    seconds.push([(performance.now() - since) / 1000, (user + system) / 1e6]);
  }
  await program.dispose();
  return { first: seconds[0]!, samples: seconds.slice(1), peakMiB: process.resourceUsage().maxRSS / 1024 };
}

function inProcess(
  command: string,
  words: readonly string[],
  further: Readonly<Record<string, string>> = {},
): Measured {
  // Without it glibc gives large blocks back after every operation, which costs PyTorch twice the time.
  const env = { ...process.env, MALLOC_MMAP_MAX_: "0", MALLOC_TRIM_THRESHOLD_: "1000000000", ...further };
  const made = spawnSync(command, words, { encoding: "utf8", env, maxBuffer: 2 ** 26 });
  if (made.status !== 0) throw new Error(made.stderr);
  return JSON.parse(made.stdout.trim().split("\n").at(-1)!) as Measured;
}

const config = join(mkdtempSync(join(tmpdir(), "isrf-accumulated-")), "config.json");

async function peer(parts: number, form: string): Promise<Measured> {
  writeFileSync(config, JSON.stringify({ ...asked, parts, compiled: form.startsWith("compiled") }));
  const words = [join(import.meta.dirname, "../peers/bench/accumulated_step.py"), config];
  return inProcess(values.python, words, isForced(form) ? { LD_PRELOAD: await preloaded() } : {});
}

const ours = async (): Promise<Measured> =>
  inProcess("npx", ["tsx", import.meta.filename, ...process.argv.slice(2), "--side", "ours"]);

if (values.side === "ours") console.log(JSON.stringify(await measureOurs()));
else {
  const sides = [
    { name: "isrf", measure: ours },
    ...values["peer-parts"].split(",").flatMap((parts) =>
      values.forms.split(",").map((form) => ({
        name: `PyTorch ${form}, ${parts} parts`,
        measure: () => peer(Number(parts), form),
      })),
    ),
  ];
  const records = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const { name, measure } of round % 2 === 0 ? sides : [...sides].reverse()) {
      const record = { name, round, ...(await measure()) };
      records.push(record);
      console.log(JSON.stringify(record));
    }
  }
  if (values.json !== undefined) await writeJsonAtomic(values.json, { command: process.argv.slice(2), asked, records });
}
