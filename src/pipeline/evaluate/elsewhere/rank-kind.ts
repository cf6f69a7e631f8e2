// The kind of job that puts requests to a run and keeps the lists.
import { z } from "zod";
import { InputError, stopIf } from "../../../base/errors.ts";
import { productVersion } from "../../../base/product-version.ts";
import { DEVICES } from "../../../engine/session/device.ts";
import type { DirectRequest, RankedList, Recommender } from "../../../recommenders/recommender.ts";
import { withChosenTerms } from "../../../runs/chosen-terms.ts";
import { modelVersion } from "../../../runs/model-version.ts";
import { openOptions } from "../../../runs/open-options.ts";
import { type OpenRun, openRun } from "../../../runs/run.ts";
import { defineKind, type JobContext } from "../../work/kind.ts";
import { objectsAt } from "../../work/objects-at.ts";
import { folderHere, folderSchema } from "../../work/places.ts";
import { listsText, requestsIn, requestsOf, type SentRequests } from "./lists-text.ts";

export const RANK_JOB = "rank";

const payloadSchema = z.strictObject({
  run: folderSchema,
  dataset: folderSchema,
  /** Hash of the requests, which names them and their lists. */
  hash: z.string(),
  /** Where they lie, on this machine; null: where the worker's `--objects` says. */
  objects: z.string().nullable(),
});

export type RankPayload = z.output<typeof payloadSchema>;

/** Objects of some requests. */
export function rankObjects(hash: string): { readonly requests: string; readonly lists: string } {
  return { requests: `rank/${hash}.requests.json`, lists: `rank/${hash}.lists.json` };
}

export const rankKind = defineKind({
  name: RANK_JOB,
  payload: payloadSchema,
  async run(payload, context) {
    const objects = await objectsAt(payload.objects, context);
    const names = rankObjects(payload.hash);
    if ((await objects.facts(names.lists)) !== undefined) return null;
    const asked = requestsIn(await objects.get(names.requests));
    const { cache, kept, signal, progress } = context;
    const directory = await folderHere(payload.run, objects, cache);
    const dataset = await folderHere(payload.dataset, objects, cache);
    const { recommender } = await kept.get(
      RANK_JOB,
      JSON.stringify([directory, dataset, asked.of, asked.device, asked.terms]),
      () => openAsked(directory, dataset, asked, context),
      ({ opened }) => opened.recommender.dispose(),
    );
    const lists: RankedList[] = [];
    const requests = requestsOf(asked);
    for (let from = 0; from < requests.length; from += asked.block) {
      stopIf(signal, "the ranking was stopped.");
      const part = requests.slice(from, from + asked.block);
      lists.push(
        ...(asked.task === "sequential"
          ? await recommender.rankSequential(part, asked.count)
          : await recommender.rankDirect(part as readonly DirectRequest[], asked.count)),
      );
      progress(lists.length);
    }
    await objects.put(names.lists, Buffer.from(listsText(lists)));
    return null;
  },
});

interface Open {
  readonly opened: OpenRun;
  /** By the terms that are to be heard. */
  readonly recommender: Recommender;
}

async function openAsked(
  directory: string,
  dataset: string,
  { of, device: name, terms }: SentRequests,
  { threads }: JobContext,
): Promise<Open> {
  const device = z.enum(DEVICES).parse(name);
  const opened = await openRun(directory, openOptions({ dataset, device, threads }));
  try {
    const here = { version: productVersion(), model: await modelVersion(directory), dataset: opened.dataset.hash };
    if (JSON.stringify(here) !== JSON.stringify(of)) {
      throw new InputError({
        where: directory,
        found: "another run, dataset or version of isrf than the coordinator's",
        expected: "the same",
        todo: "Use one version everywhere, and leave run and dataset as they are until the work is done.",
      });
    }
    return { opened, recommender: withChosenTerms(opened, terms).recommender };
  } catch (error) {
    await opened.recommender.dispose();
    throw error;
  }
}
