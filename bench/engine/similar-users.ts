// The 100 most similar users of every user by cosine: 22,363 vectors of width 256 on Beauty, exact.
import { join } from "node:path";
import { matrix } from "../../src/base/matrix.ts";
import { Random } from "../../src/base/random.ts";
import { similarUsers } from "../../src/embedding/index.ts";
import { writeSafetensors } from "../../src/engine/safetensors.ts";
import type { BenchCase, Side, SideContext } from "./case.ts";
import { productFlop } from "./flop.ts";
import { openInputs } from "./inputs.ts";
import { SEED } from "./isrf-trainer.ts";
import type { Shop } from "./shop.ts";

const WIDTH = 256;
const NEIGHBOURS = 100;
/** Directions that vectors are spread along: texts of one shop are far from uniform on the sphere. */
const TOPICS = 40;

export const similarUsersCase: BenchCase = {
  name: "similar-users",
  what: `top ${NEIGHBOURS} by cosine of every user, width ${WIDTH}, exact`,
  variants: ["torch", "faiss"],
  rounds: 2,
  plan: { run: { warmups: 1, samples: 4 } },
  note: "torch: blocked matmul and topk; faiss: IndexFlatIP on unit vectors. Both may use every thread.",
  flop: async (folder) => {
    const users = (await openInputs(join(folder, "users.safetensors"))).count("users");
    return { run: productFlop(users, WIDTH, users) };
  },
  prepare,
  open,
};

async function prepare(folder: string, { histories }: Shop): Promise<void> {
  const random = Random.of(SEED, "similar users");
  const topics = random.normals(TOPICS * WIDTH);
  const data = random.normals(histories.length * WIDTH, 0.5);
  histories.forEach((_, user) => {
    for (const topic of [random.below(TOPICS), random.below(TOPICS)]) {
      const weight = random.uniform();
      for (let c = 0; c < WIDTH; c++) data[user * WIDTH + c]! += weight * topics[topic * WIDTH + c]!;
    }
  });
  await writeSafetensors(join(folder, "users.safetensors"), { users: { shape: [histories.length, WIDTH], data } });
}

async function open({ folder }: SideContext): Promise<Side> {
  const inputs = await openInputs(join(folder, "users.safetensors"));
  const users = matrix(inputs.count("users"), WIDTH, inputs.all("users") as Float32Array);
  return {
    work: { run: () => similarUsers(users, NEIGHBOURS) },
    check: async () => {
      const { cosines } = await similarUsers(users, NEIGHBOURS);
      return [meanOf(cosines), meanOf(cosines.filter((_, i) => i % NEIGHBOURS === NEIGHBOURS - 1))];
    },
    dispose: async () => {},
  };
}

const meanOf = (values: Float32Array): number => values.reduce((total, value) => total + value, 0) / values.length;
