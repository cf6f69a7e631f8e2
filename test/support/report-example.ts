// A filled report with invented numbers, for tests of its rendering only.
import type { ReportData } from "../../src/pipeline/report/report-data.ts";
import type { ItemCard } from "../../src/runs/item-card.ts";

const item = (itemId: string, title: string, category: string, brand: string, price: number): ItemCard => ({
  itemId,
  title,
  category,
  brand,
  price,
});

const shoe = item("i1", "Ridgeback Trail Shoe 3", "Running > Trail", "Northfell", 119);
const vest = item("i2", "Hydration Vest 8 L", "Running > Trail", "Northfell", 84.5);
const stove = item("i3", "Pocket Gas Stove", "Camping > Kitchen", "Ember & Oak", 39.9);
const grinder = item("i4", "Hand Coffee Grinder C2", "Coffee > Grinders", "Mola", 62);
const beans = item("i5", "Single Origin Beans, Huila", "Coffee > Beans", "Alto", 14.5);
const lamp = item("i6", "Headlamp 400", "Camping > Light", "Lumina", 45);

const decay = (from: number, to: number, rate: number) =>
  Array.from({ length: 12 }, (_, i) => ({ x: i + 1, y: to + (from - to) * Math.exp(-rate * i) }));

export const reportExample: ReportData = {
  title: "From individual to group interests: a synthetic shop",
  dataset: {
    name: "synthetic shop",
    note: "400 invented users with planted tastes; seed 7.",
    facts: [
      { label: "users", value: 400 },
      { label: "items", value: 240 },
      { label: "interactions", value: 4216 },
      { label: "density", value: "4.39 %" },
    ],
  },
  stages: [
    { name: "synth", seconds: 0.6, detail: "400 users, 240 items" },
    { name: "reason", seconds: 2.4, detail: "1,920 texts" },
    { name: "embed", seconds: 1.1, detail: "lsa, 128 dimensions" },
    { name: "train", seconds: 74.8, detail: "tiny, 12 epochs" },
    { name: "evaluate", seconds: 21.3 },
  ],
  reasoner: { label: "rule-based (offline)", isRuleBased: true },
  curves: [
    {
      title: "Training losses",
      xLabel: "epoch",
      yLabel: "loss",
      series: [
        { name: "sequential", points: decay(5.4, 2.9, 0.3) },
        { name: "direct", points: decay(4.6, 2.4, 0.25) },
        { name: "alignment (direct)", points: decay(3.4, 1.2, 0.4) },
        { name: "alignment (sequential)", points: decay(3.3, 1.6, 0.4) },
      ],
    },
    {
      title: "Validation loss",
      xLabel: "epoch",
      yLabel: "loss",
      series: [{ name: "mean of both tasks", points: decay(4.9, 2.8, 0.35) }],
      marker: { x: 10, label: "kept" },
    },
  ],
  tasks: [
    {
      task: "sequential",
      users: 400,
      answers: 229.5,
      coldTargets: 0.035,
      random: { "HR@1": 0.0044, "HR@5": 0.0218, "HR@10": 0.0436, "NDCG@10": 0.0198, MRR: 0.0262 },
      systems: [
        { name: "isrf", kind: "model", metrics: metrics([0.061, 0.178, 0.2725, 0.121, 0.151]) },
        { name: "popularity", kind: "yardstick", metrics: metrics([0.01, 0.05, 0.0875, 0.03, 0.042]) },
        { name: "item-knn", kind: "yardstick", metrics: metrics([0.07, 0.19, 0.29, 0.13, 0.162]) },
        { name: "id-rule", kind: "canary", metrics: metrics([0.0025, 0.01, 0.02, 0.006, 0.01]) },
      ],
    },
    {
      task: "direct",
      candidates: "uniform",
      users: 400,
      answers: 100,
      systems: [
        { name: "isrf", kind: "model", metrics: metrics([0.15, 0.38, 0.54, 0.27, 0.32]) },
        { name: "popularity", kind: "yardstick", metrics: metrics([0.06, 0.17, 0.2875, 0.11, 0.15]) },
      ],
    },
  ],
  example: {
    userId: "u0042",
    history: [shoe, vest, grinder, stove],
    texts: {
      positive: "Likes trail running gear of mid price, and hand-made coffee.",
      negative: "Has shown no interest in gaming or skincare.",
      feature: "A runner who brews coffee outdoors.",
    },
    actualNext: beans,
    recommendations: [
      {
        item: lamp,
        score: -1.2,
        individual: [
          { item: stove, sharedFeatures: ["camping", "compact"] },
          { item: vest, sharedFeatures: ["trail"] },
        ],
        group: [{ userId: "u0101", similarity: 0.83, shares: ["trail", "mid price"], bought: [lamp] }],
        moved: { by: "individual", detail: "Rank 1; without individual interest 9, without group interest 2." },
      },
      {
        item: beans,
        score: -1.5,
        individual: [{ item: grinder, sharedFeatures: ["coffee"] }],
        group: [
          { userId: "u0101", similarity: 0.83, shares: ["trail"], bought: [beans] },
          { userId: "u0333", similarity: 0.79, shares: ["coffee"], bought: [beans, lamp] },
        ],
        moved: { by: "group", detail: "Rank 2; without individual interest 3, without group interest 14." },
      },
    ],
    interests: {
      categories: ["Running > Trail", "Coffee > Grinders", "Camping > Kitchen", "Camping > Light", "Coffee > Beans"],
      individual: [0.92, 0.61, 0.55, 0.3, 0.22],
      group: [0.7, 0.42, 0.35, 0.52, 0.81],
      note: "Mean cosine of the user's vector with the items of each category, scaled to the largest.",
    },
  },
  provenance: {
    command: "isrf demo --seed 7 --out shop-demo",
    seed: 7,
    protocol: "strict",
    fingerprint: "9f3c0a7be1d24c55",
    checks: [
      { name: "held-out items in training", verdict: "ok", detail: "0 of 800" },
      { name: "id-order canary", verdict: "ok", detail: "HR@10 0.0200, limit 0.0200" },
      { name: "cold test targets", verdict: "warn", detail: "3.5 %" },
    ],
    versions: [
      { name: "isrf", version: "0.1.0" },
      { name: "node", version: "20.0.0" },
    ],
  },
};

function metrics([hr1, hr5, hr10, ndcg10, mrr]: readonly [number, number, number, number, number]) {
  const around = (value: number) => ({ value, low: value * 0.85, high: value * 1.15 });
  return {
    "HR@1": around(hr1),
    "HR@5": around(hr5),
    "HR@10": around(hr10),
    "NDCG@10": around(ndcg10),
    MRR: around(mrr),
  };
}
