// Answers of shards as objects, under the hash of their plan: text first, then its sums, which say that it is whole.
import { z } from "zod";
import { sha256 } from "../../../base/files.ts";
import { sortedJson } from "../../../base/sorted-json.ts";
import { type ObjectStore, removeFolder } from "../../../objects/index.ts";
import type { UserShard } from "../../work/block-shards.ts";
import type { Plan, Tally } from "../parts.ts";

const tallySchema = z.record(z.string(), z.number());

const TALLY = ".json";

export class ShardFiles {
  private readonly objects: ObjectStore;
  private readonly folder: string;

  constructor(objects: ObjectStore, plan: Plan) {
    this.objects = objects;
    this.folder = `recommend/${planHash(plan)}/`;
  }

  async put(shard: UserShard, text: string, tally: Tally): Promise<void> {
    await this.objects.put(this.name(shard), Buffer.from(text));
    await this.objects.put(this.name(shard) + TALLY, Buffer.from(JSON.stringify(tally)));
  }

  async has(shard: UserShard): Promise<boolean> {
    const facts = [this.name(shard), this.name(shard) + TALLY].map((name) => this.objects.facts(name));
    return (await Promise.all(facts)).every((found) => found !== undefined);
  }

  /** Names of all shards that are done: one question, however many there are. */
  async done(): Promise<(shard: UserShard) => boolean> {
    const names = new Set<string>();
    for await (const { name } of this.objects.list(this.folder)) names.add(name);
    return (shard) => names.has(this.name(shard)) && names.has(this.name(shard) + TALLY);
  }

  async get(shard: UserShard): Promise<{ readonly text: string; readonly tally: Tally }> {
    const [text, tally] = await Promise.all(
      [this.name(shard), this.name(shard) + TALLY].map((name) => this.objects.get(name)),
    );
    return {
      text: Buffer.from(text!).toString(),
      tally: tallySchema.parse(JSON.parse(Buffer.from(tally!).toString())),
    };
  }

  /** What workers are asked, in an object of the returned name. */
  async putQuestion(question: unknown): Promise<string> {
    const name = `${this.folder}question.json`;
    await this.objects.put(name, Buffer.from(JSON.stringify(question)));
    return name;
  }

  /** Removes question and answers. */
  async clear(): Promise<void> {
    await removeFolder(this.objects, this.folder);
  }

  private name({ from, to }: UserShard): string {
    return `${this.folder}${shardName({ from, to })}`;
  }
}

export function shardName({ from, to }: UserShard): string {
  return `${String(from).padStart(9, "0")}-${String(to).padStart(9, "0")}`;
}

/** Short enough for names, long enough to tell plans apart. */
export function planHash(plan: Plan): string {
  return sha256(sortedJson(plan)).slice(0, 24);
}
