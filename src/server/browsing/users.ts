// Users as people look at them.
import type { z } from "zod";
import { InputError, UsageError } from "../../base/errors.ts";
import { type Matrix, row } from "../../base/matrix.ts";
import { interestsOf, nearestRows, openUserContexts, ownTexts, SharedFeatures } from "../../pipeline/explain/index.ts";
import { timesOfUser } from "../../pipeline/popular/index.ts";
import { trainedDataset } from "../../runs/run-embeddings.ts";
import { heldOf } from "../answering/person.ts";
import type { ServedRun } from "../answering/served-run.ts";
import type { User, UserEntry } from "../contract/index.ts";
import type { usersQuery } from "../contract/users.ts";
import { eventsSince } from "../events/history.ts";
import type { UserEvents } from "../events/user-events.ts";
import { RequestError } from "../request-error.ts";
import { writersOf } from "./chains.ts";
import { nearestItems } from "./items.ts";
import { numbersPage, type Page, pageOf } from "./paging.ts";
import { knownSegment, membersOf } from "./segments.ts";

const SIMILAR = 10;
const NEAREST_ITEMS = 8;

export async function searchUsers(
  run: ServedRun,
  { q = "", segment, ...page }: Omit<z.output<typeof usersQuery>, "run">,
): Promise<Page<UserEntry>> {
  const { users } = run.run.dataset;
  const word = q.toLowerCase();
  const within = segment === undefined ? undefined : await membersOf(run, segment);
  if (word === "") return entriesOf(run, within === undefined ? numbersPage(users.length, page) : pageOf(within, page));
  const names = loweredOf(users);
  const found: number[] = [];
  const count = within?.length ?? names.length;
  for (let at = 0; at < count; at++) {
    const user = within?.[at] ?? at;
    if (names[user]!.includes(word)) found.push(user);
  }
  return entriesOf(run, pageOf(found, page));
}

const lowered = new WeakMap<readonly string[], readonly string[]>();

/** Made once: people type one letter after the other. */
function loweredOf(users: readonly string[]): readonly string[] {
  const names = lowered.get(users) ?? users.map((user) => user.toLowerCase());
  lowered.set(users, names);
  return names;
}

export function entriesOf(run: ServedRun, { entries, ...rest }: Page<number>): Page<UserEntry> {
  return {
    ...rest,
    entries: entries.map((user) => ({
      id: run.run.dataset.users[user]!,
      interactions: run.run.dataset.sequences[user]!.length,
      segment: knownSegment(run, user),
    })),
  };
}

/** @throws RequestError (not_found) for somebody whom neither training nor an event knows. */
export async function userPage(run: ServedRun, users: UserEvents, id: string): Promise<User> {
  const known = await users.of(id);
  const userIndex = run.userIndex.get(id);
  if (userIndex === undefined && known.events.length === 0 && run.run.later?.newcomers.has(id) !== true)
    throw new RequestError("not_found", `User ${id} is known neither from training nor from events.`, { at: "id" });
  const held = heldOf(run, id);
  const events = eventsSince(held, known.events).map(({ item, at, kind }) => ({
    item: run.cardOf(item),
    at: new Date(at).toISOString(),
    source: "event" as const,
    kind,
  }));
  const about = userIndex === undefined ? { similar: [] } : await aboutKnown(run, userIndex);
  const trained = userIndex === undefined ? 0 : run.run.split.prefixes[userIndex]!.length;
  const history = held.held.length === 0 ? [] : await heldHistory(run, id, held.held, trained);
  const whole = eachOnce([...history, ...events]);
  return { id, known: userIndex !== undefined, version: known.version, history: whole, ...about };
}

/** As answers have them: what was taken again stands at its last place alone. */
function eachOnce(history: User["history"]): User["history"] {
  const last = new Map(history.map(({ item }, at) => [item.id, at]));
  return history.filter(({ item }, at) => last.get(item.id) === at);
}

/** Of the items that the data hold of a user, as indices, the first `trained` were seen in training. */
async function heldHistory(run: ServedRun, id: string, held: Int32Array, trained: number): Promise<User["history"]> {
  const times = await timesOfUser(run.run.dataset, id).catch(() => new Map<string, number>());
  return Array.from(held, (item, at) => {
    const card = run.card(item);
    const time = times.get(card.id);
    return {
      item: card,
      at: time === undefined ? undefined : new Date(time * 1000).toISOString(),
      source: at < trained ? "training" : "held-out",
    };
  });
}

type About = Pick<User, "similar" | "texts" | "segment" | "interests">;

async function aboutKnown(run: ServedRun, userIndex: number): Promise<About> {
  const { recommender } = run.model;
  const { vectors, explainer } = recommender;
  const interests = explainer?.interests ?? (vectors?.users && { users: vectors.users, items: vectors.items });
  const segment = knownSegment(run, userIndex);
  const neighbours = recommender.evidence?.neighbours ?? explainer?.neighbours ?? SIMILAR;
  try {
    const contexts = await contextsOf(run, Math.max(neighbours, SIMILAR));
    const context = await contexts.of(userIndex);
    const { texts } = context;
    const own = await withWriters(run, userIndex, ownTexts(context));
    const similar = context.neighbours.slice(0, SIMILAR).map(({ index, cosine }) => ({
      user: run.run.dataset.users[index]!,
      similarity: cosine,
      shares: context.features.ofUsers(userIndex, index, texts?.texts.has(index) ? texts : undefined),
    }));
    if (interests === undefined) return { similar, texts: own, segment };
    const read = context.neighbours.slice(0, neighbours);
    const rows = read.map(({ index }) => index);
    const { categories, individual, group } = interestsOf({ ...context, neighbours: read }, interests);
    const nearest = (to: Float32Array) => nearestItems(run, to, interests.items, NEAREST_ITEMS);
    return {
      similar,
      texts: own,
      segment,
      interests: {
        individual: nearest(row(interests.users, userIndex)),
        group: rows.length === 0 ? undefined : nearest(meanRow(interests.users, rows)),
        categories: categories.map((category, at) => ({
          category,
          individual: individual[at]!,
          group: group?.[at],
        })),
      },
    };
  } catch (error) {
    // Without texts, or where their files are gone, users are compared by what the model learnt of them.
    if (!(error instanceof InputError || error instanceof UsageError)) throw error;
    return { similar: interests === undefined ? [] : await byVectors(run, interests.users, userIndex), segment };
  }
}

async function withWriters({ run }: ServedRun, userIndex: number, texts: User["texts"]): Promise<User["texts"]> {
  if (texts === undefined) return undefined;
  return { ...texts, ...(await writersOf(await trainedDataset(run), "user", run.dataset.users[userIndex]!)) };
}

type Contexts = Awaited<ReturnType<typeof openUserContexts>>;
const opened = new WeakMap<ServedRun, Promise<Contexts>>();

function contextsOf(run: ServedRun, neighbours: number): Promise<Contexts> {
  const known = opened.get(run) ?? openUserContexts(run.run, neighbours);
  opened.set(run, known);
  known.catch(() => opened.delete(run));
  return known;
}

const shared = new WeakMap<ServedRun, SharedFeatures>();

async function byVectors(run: ServedRun, users: Matrix, userIndex: number): Promise<User["similar"]> {
  const { dataset, split } = run.run;
  const features = shared.get(run) ?? new SharedFeatures(dataset, split);
  shared.set(run, features);
  await features.forUsers();
  return nearestRows(users, userIndex, SIMILAR).map(({ index, cosine }) => ({
    user: dataset.users[index]!,
    similarity: cosine,
    shares: features.ofUsers(userIndex, index),
  }));
}

function meanRow(vectors: Matrix, rows: readonly number[]): Float32Array {
  const mean = new Float32Array(vectors.columns);
  for (const index of rows) for (const [c, value] of row(vectors, index).entries()) mean[c]! += value / rows.length;
  return mean;
}
