// Rows that are no liking: dislikes, low ratings, events that nobody chose or that take a liking back, returns.
import { readRows } from "../duckdb.ts";
import { kindWords } from "../values/events.ts";
import type { Feedback, FeedbackOptions } from "./feedback-columns.ts";
import type { Reason } from "./left-out.ts";
import type { RawContext } from "./raw-context.ts";

/** Whole numbers above this one are counts, not ratings: a hundred points are the longest scale in use. */
const LONGEST_SCALE = 100;

export const LOW_RATING = "a rating under the minimum";

/** Reads the columns `r`, `w` and `b` of `parsed`. */
export async function feedbackReasons(
  context: RawContext,
  feedback: Feedback,
  options: FeedbackOptions,
): Promise<{ readonly reasons: readonly Reason[]; readonly warnings: readonly string[] }> {
  const ratings = await ratingReasons(context, options);
  return {
    reasons: [
      ...faultReasons(context, feedback),
      ...eventReasons(context, feedback, options),
      ...ratings.reasons,
      ...returnReasons(context, feedback),
    ],
    warnings: [...feedback.warnings, ...ratings.warnings],
  };
}

function faultReasons({ columns }: RawContext, { fault }: Feedback): Reason[] {
  if (fault === "false") return [];
  return [
    {
      is: "bad_rating",
      words: "a rating that cannot be read",
      rows: "whose rating cannot be read",
      text: "rating_text",
      column: columns.rating!,
      most: 0.5,
      expected: "a number",
      todo: "Leave the column aside with --rating none.",
    },
  ];
}

function eventReasons({ columns }: RawContext, { events }: Feedback, { events: chosen }: FeedbackOptions): Reason[] {
  if (events === undefined) return [];
  const column = columns.event!;
  const common = { text: "event_text", column, most: 1, expected: "events that count", todo: "Choose with --events." };
  const others: Reason = {
    ...common,
    is: "w IS NULL",
    words: "an event that does not count",
    rows: "whose event does not count",
    isAsked: chosen !== undefined,
    advice: `Kinds left out: ${kindWords(events.leftOut)}.${chosen === undefined ? " Choose with --events." : ""}`,
  };
  const back: Reason = {
    ...common,
    is: "b",
    words: "an event that takes back",
    rows: "whose event takes a liking back",
    isAgainst: true,
    advice: `Kinds that take back: ${kindWords(events.back)}; a pair whose last event is one is left out. Choose with --events.`,
  };
  return [...(events.leftOut.length > 0 ? [others] : []), ...(events.back.length > 0 ? [back] : [])];
}

async function ratingReasons(
  { database, source, columns }: RawContext,
  { minRating }: FeedbackOptions,
): Promise<{ reasons: Reason[]; warnings: string[] }> {
  const { rating: column } = columns;
  if (column === undefined) return { reasons: [], warnings: [] };
  const [row] = await readRows(
    database,
    `SELECT min(r), max(r), count(*) FILTER (r NOT IN (0, 1)), count(*) FILTER (r <> floor(r)), count(r),
     count(*) FILTER (r = 0) FROM parsed`,
  );
  const [min, max, others, fractions, rated, zeros] = row!.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const common = { text: "rating_text", column, isAgainst: true, most: 1, todo: "Say otherwise with --min-rating." };
  if (minRating !== undefined) {
    const expected = `ratings of at least ${minRating}`;
    return {
      reasons: [
        {
          ...common,
          is: "r IS NULL",
          words: "no rating",
          rows: "without a rating, under a minimum",
          isAgainst: false,
          expected,
        },
        {
          ...common,
          is: `r < ${minRating}`,
          words: LOW_RATING,
          rows: `rated under ${minRating}`,
          isAsked: true,
          expected,
        },
      ],
      warnings: [],
    };
  }
  if (rated > 0 && others === 0 && min === 0 && max === 1) {
    const advice = "--min-rating 0 keeps them, --rating none counts every row.";
    const expected = "ratings other than 0";
    return {
      reasons: [
        { ...common, is: "r = 0", words: "a rating of 0", rows: 'which say "no" (0 of 0 and 1)', advice, expected },
      ],
      warnings: [],
    };
  }
  if (rated > 0 && min < 0) {
    const advice = `A dislike is no liking. --min-rating ${min} keeps them, --rating none counts every row.`;
    const rows = "with a negative rating (dislikes)";
    const expected = "ratings above 0";
    return {
      reasons: [{ ...common, is: "r < 0", words: "a negative rating", rows, advice, expected }],
      warnings: [],
    };
  }
  if (max <= LONGEST_SCALE || fractions > 0) {
    const zero = `${source.name}: ${zeros} of ${rated} ratings in "${column}" are 0, in some data a word for "not rated". They count as likings; --min-rating leaves them out.`;
    return { reasons: [], warnings: zeros > 0 ? [zero] : [] };
  }
  const what = `"${column}" holds whole numbers up to ${max}: counts, not ratings`;
  const how = "Every row counts as one liking; --min-rating N takes those of at least N, --rating none leaves it aside";
  return { reasons: [], warnings: [`${source.name}: ${what}. ${how}.`] };
}

function returnReasons({ columns }: RawContext, { hasReturns }: Feedback): Reason[] {
  if (!hasReturns) return [];
  return [
    {
      is: "w <= 0",
      words: "a quantity of 0 or less",
      rows: "with a quantity of 0 or less (returns, cancelled orders)",
      text: "quantity_text",
      column: columns.quantity!,
      isAgainst: true,
      isBalanced: true,
      advice: "They are set against the purchases of the same pair; --quantity none counts every row.",
      most: 1,
      expected: "quantities above 0",
      todo: "Leave the column aside with --quantity none.",
    },
  ];
}
