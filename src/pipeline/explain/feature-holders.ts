import { type Dataset, eachUsersFeatures, itemFeatures, type Split } from "../../data/index.ts";

/** How many users have something of each category and brand in training: counted for all of them at once. */
export async function countFeatureHolders(
  { items }: Pick<Dataset, "items">,
  { prefixes }: Pick<Split, "prefixes">,
): Promise<ReadonlyMap<string, number>> {
  const features = await itemFeatures(items);
  const holders = new Int32Array(features.names.length);
  await eachUsersFeatures(features, prefixes, (feature) => holders[feature]!++);
  return new Map(features.names.map((name, feature) => [name, holders[feature]!]));
}
