// Has the lists of an evaluation made by workers. What is asked, checked and counted stays with the evaluation.
import { join } from "node:path";
import { UsageError } from "../../../base/errors.ts";
import { removeDirectory, sha256 } from "../../../base/files.ts";
import { withLock } from "../../../base/lock.ts";
import { productVersion } from "../../../base/product-version.ts";
import type { Report } from "../../../base/progress.ts";
import { type ObjectStore, openObjects } from "../../../objects/index.ts";
import { modelVersion } from "../../../runs/model-version.ts";
import type { OpenRun } from "../../../runs/run.ts";
import { shardsOf } from "../../work/block-shards.ts";
import { placeFolder } from "../../work/places.ts";
import { Workforce, type Workplace, workplaceOf } from "../../work/workplace.ts";
import type { RankElsewhere } from "../ask.ts";
import { listsIn, type SentRequests, sentRequests } from "./lists-text.ts";
import { RANK_JOB, type RankPayload, rankObjects } from "./rank-kind.ts";

export interface ElsewhereOptions {
  readonly workers: number | undefined;
  readonly queue: string | undefined;
  readonly objects: string | undefined;
  readonly threads: number | undefined;
  readonly device: SentRequests["device"] | undefined;
  readonly terms: SentRequests["terms"];
  readonly report: Report;
  readonly signal: AbortSignal | undefined;
}

/** Hidden: no part of the run. */
const FOLDER = ".evaluation";

/**
 * Do `work` with workers that rank. Killed and begun anew, lists that are there are not made again; they go when it is
 * done.
 * @throws UsageError for a model whose free writing is counted; InUseError while another process evaluates so.
 */
export async function withWorkforce<T>(
  run: OpenRun,
  options: ElsewhereOptions,
  work: (elsewhere: RankElsewhere) => Promise<T>,
): Promise<T> {
  if (run.recommender.decoding !== undefined) {
    const words = `${run.directory}: what its model writes freely is counted in one process`;
    throw new UsageError(`${words}: leave --workers, --queue and --objects out.`);
  }
  const folder = join(run.directory, FOLDER);
  return withLock(join(folder, ".lock"), { command: "isrf evaluate" }, async () => {
    const place = workplaceOf(options, folder);
    const objects = await openObjects(place.objects);
    const { threads, report, signal } = options;
    const most = Number.POSITIVE_INFINITY;
    const workforce = await Workforce.open(place, { kind: RANK_JOB, most, threads, report, signal });
    const desk = new Desk(run, options, place, objects, workforce);
    let result: T;
    try {
      result = await work((...asked) => desk.rank(...asked));
      await desk.clear();
    } finally {
      await workforce.close();
      objects.close();
    }
    await removeDirectory(folder);
    return result;
  });
}

/** Sends requests out and reads lists. */
class Desk {
  private readonly run: OpenRun;
  private readonly options: ElsewhereOptions;
  private readonly place: Workplace;
  private readonly objects: ObjectStore;
  private readonly workforce: Workforce;
  private readonly sent = new Set<string>();
  private placed: Promise<Pick<RankPayload, "run" | "dataset">> | undefined;

  constructor(run: OpenRun, options: ElsewhereOptions, place: Workplace, objects: ObjectStore, workforce: Workforce) {
    this.run = run;
    this.options = options;
    this.place = place;
    this.objects = objects;
    this.workforce = workforce;
  }

  async *rank(...[task, requests, count, block]: Parameters<RankElsewhere>): ReturnType<RankElsewhere> {
    const { run, objects } = this;
    const { directory, dataset, config } = run;
    const { device = config.device, terms } = this.options;
    const of = { version: productVersion(), model: await modelVersion(directory), dataset: dataset.hash };
    const hashes = new Map<string, number>();
    for (const { from, to } of shardsOf(requests.length, block)) {
      const given = { of, device, terms, count, block };
      const text = JSON.stringify(sentRequests(given, task, requests.slice(from, to)));
      const hash = sha256(text);
      hashes.set(hash, to - from);
      this.sent.add(hash);
      await objects.putOnce(rankObjects(hash).requests, Buffer.from(text));
    }
    await this.handOut(hashes, `evaluate ${run.recommender.name} ${task}`);
    for (const hash of hashes.keys()) {
      const lists = listsIn(await objects.get(rankObjects(hash).lists));
      for (let from = 0; from < lists.length; from += block) yield lists.slice(from, from + block);
    }
  }

  /** Takes away what was made for this evaluation alone. */
  async clear(): Promise<void> {
    for (const { requests, lists } of [...this.sent].map(rankObjects)) {
      await this.objects.remove(lists);
      await this.objects.remove(requests);
    }
  }

  private async handOut(hashes: ReadonlyMap<string, number>, stage: string): Promise<void> {
    this.placed ??= this.placeRun();
    const { isElsewhere, objects } = this.place;
    const payload = { ...(await this.placed), objects: isElsewhere ? null : objects };
    // The same requests at another place are another job.
    const place = sha256(objects).slice(0, 6);
    const shards = Array.from(hashes, ([hash, size]) => ({
      name: `${place}-${hash}`,
      payload: { ...payload, hash } satisfies RankPayload,
      size,
    }));
    const isThere = async (name: string) =>
      (await this.objects.facts(rankObjects(name.slice(place.length + 1)).lists)) !== undefined;
    await this.workforce.handOut({ shards, stage, unit: "users", take: ({ name }) => isThere(name) });
  }

  private async placeRun(): Promise<Pick<RankPayload, "run" | "dataset">> {
    const objects = this.place.isElsewhere ? this.objects : undefined;
    const { directory, dataset } = this.run;
    return { run: await placeFolder(directory, objects), dataset: await placeFolder(dataset.directory, objects) };
  }
}
