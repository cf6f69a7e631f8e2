// Answers of what was written beside the run's own: the module as it is bundled, on the files as they lie there.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Random } from "../../base/random.ts";
import { WebRecommender } from "../../browser/index.ts";
import { openModel } from "../../engine/index.ts";
import type { OpenRun } from "../../runs/run.ts";

/** Of lists with ten items. */
const TOP = 10;

export interface CheckedAnswers {
  readonly histories: number;
  /** Lists of the same items in the same order. */
  readonly same: number;
  /** Share of the run's items that the other list has too. */
  readonly shared: number;
  /** Milliseconds an answer, by the onnxruntime of Node: the median. */
  readonly ms: number;
}

/** `directory` holds the export. Histories are beginnings of users' own, drawn by the run's seed. */
export async function checkAnswers(run: OpenRun, directory: string, histories: number): Promise<CheckedAnswers> {
  const { dataset, recommender, config } = run;
  const read = (name: string) => readFile(join(directory, name));
  const model = await openModel(await read("model.onnx"));
  const recommend = new WebRecommender({
    tables: new Uint8Array(await read("tables.bin")),
    catalogue: JSON.parse(await readFile(join(directory, "catalogue.json"), "utf8")),
    release: () => model.dispose(),
    run: async (feeds) => new Map(Object.entries(await model.run(feeds)) as [string, Float32Array][]),
  });
  let [same, shared] = [0, 0];
  const times: number[] = [];
  try {
    const drawn = drawHistories(run, Random.of(config.seed, "exported answers"), histories);
    for (const history of drawn) {
      const [own] = await recommender.rankSequential([{ userIndex: undefined, history }], TOP);
      const expected = Array.from(own!.items, (item) => dataset.items[item]!.itemId);
      const answer = await recommend.recommend(Array.from(history, (item) => dataset.items[item]!.itemId));
      const found = answer.items.map(({ item }) => item.id);
      times.push(answer.ms);
      same += Number(String(found) === String(expected));
      shared += expected.filter((id) => found.includes(id)).length / Math.max(1, expected.length);
    }
    const middle = times.sort((a, b) => a - b)[times.length >> 1] ?? 0;
    return { histories: drawn.length, same, shared: shared / Math.max(1, drawn.length), ms: middle };
  } finally {
    await recommend.dispose();
  }
}

function drawHistories({ dataset }: OpenRun, random: Random, count: number): Int32Array[] {
  const users = dataset.sequences.filter((sequence) => sequence.length > 0);
  if (users.length === 0) return [];
  return Array.from({ length: count }, () => {
    const whole = users[random.below(users.length)]!;
    return whole.slice(0, 1 + random.below(Math.min(whole.length, dataset.items.length - 1)));
  });
}
