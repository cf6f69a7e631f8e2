// Public data of readers: MIND news, Goodreads and Book-Crossing.
import type { PublicFormat } from "./public-format.ts";

export const MIND: PublicFormat = [
  {
    title: "MIND",
    interactions: {
      files: {
        behaviors: {
          name: /^behaviors\.tsv$/i,
          firstLine: /^\d+\t\S+\t[^\t]+\t[^\t]*\t(\S+-[01]( |$))+/,
          delimiter: "tab",
          quote: "none",
          columns: ["impression_id", "user_id", "time", "history", "impressions"],
        },
      },
      made: {
        columns: ["user_id", "news_id", "moment"],
        // A user's longest history lies before the first impression; then follow the impressions that were clicked.
        sql: ({ behaviors }) => `
          WITH b AS (SELECT user_id, history, impressions,
              epoch(TRY_STRPTIME("time", '%m/%d/%Y %I:%M:%S %p')) AS t FROM ${behaviors}),
            u AS (SELECT user_id, min(t) AS first, string_split(arg_max(history, length(history)), ' ') AS list
              FROM b WHERE history <> '' GROUP BY user_id),
            h AS (SELECT user_id, unnest(list) AS news_id,
              first - len(list) + unnest(generate_series(1, len(list))) - 1 AS t FROM u),
            c AS (SELECT user_id, unnest(string_split(impressions, ' ')) AS shown, t FROM b)
          SELECT user_id, news_id, t::BIGINT::VARCHAR AS moment FROM h
          UNION ALL
          SELECT user_id, regexp_replace(shown, '-1$', ''), t::BIGINT::VARCHAR FROM c WHERE shown LIKE '%-1'`,
      },
    },
    items: {
      files: {
        news: {
          name: /^news\.tsv$/i,
          firstLine: /^[^\t]+\t[^\t]*\t[^\t]*\t[^\t]+\t/,
          delimiter: "tab",
          quote: "none",
          columns: [
            "news_id",
            "category",
            "subcategory",
            "title",
            "abstract",
            "url",
            "title_entities",
            "abstract_entities",
          ],
        },
      },
      made: {
        columns: ["news_id", "title", "abstract", "categories"],
        sql: ({ news }) =>
          `SELECT news_id, title, abstract, concat_ws('|', category, subcategory) AS categories FROM ${news}`,
      },
    },
    options: {
      user: "user_id",
      item: "news_id",
      timestamp: "moment",
      timeFormat: "unix",
      title: "title",
      description: "abstract",
      categories: "categories",
      categorySeparator: "|",
      itemsId: "news_id",
    },
    notes: [
      "News of a user's history have no times: they are set seconds before the first impression, in their order.",
    ],
  },
];

export const GOODREADS: PublicFormat = [
  {
    title: "Goodreads (UCSD)",
    interactions: {
      files: {
        shelves: { name: /^goodreads_interactions_.*\.json$/i, firstLine: /^\{.*"book_id".*"date_added"/ },
      },
      made: {
        columns: ["user_id", "book_id", "rating", "moment"],
        sql: ({ shelves }) => `SELECT user_id, book_id, CASE WHEN rating <> '0' THEN rating END AS rating,
          strftime(TRY_STRPTIME(date_added, '%a %b %d %H:%M:%S %z %Y') AT TIME ZONE 'UTC', '%Y-%m-%d %H:%M:%S') AS moment
          FROM ${shelves}`,
      },
    },
    items: { files: { books: { name: /^goodreads_books(_.*)?\.json$/i, firstLine: /^\{.*"book_id"/ } } },
    options: {
      user: "user_id",
      item: "book_id",
      rating: "rating",
      timestamp: "moment",
      title: "title",
      brand: "publisher",
      description: "description",
      itemsId: "book_id",
    },
    notes: ["The rating 0 stands for none."],
  },
  {
    title: "Goodreads (numbers)",
    interactions: {
      files: {
        shelves: {
          name: /^goodreads_interactions\.csv$/i,
          firstLine: /^\W*user_id,book_id,is_read,rating,is_reviewed/i,
        },
      },
      made: {
        columns: ["user_id", "book_id", "rating"],
        sql: ({ shelves }) =>
          `SELECT user_id, book_id, CASE WHEN rating <> '0' THEN rating END AS rating FROM ${shelves}`,
      },
    },
    options: { user: "user_id", item: "book_id", rating: "rating" },
    notes: ["The rating 0 stands for none; the data have no times: each history has the order of the file."],
  },
];

export const BOOK_CROSSING: PublicFormat = [
  {
    title: "Book-Crossing",
    interactions: {
      files: {
        ratings: {
          name: /^(BX-Book-)?Ratings\.csv$/i,
          firstLine: /^\W*User-ID"?[;,]"?ISBN"?[;,]"?(Book-)?Rating/i,
          encoding: "latin1",
        },
      },
      made: {
        columns: ["User-ID", "ISBN", "rating"],
        sql: ({ ratings }) => `SELECT "User-ID", ISBN, CASE WHEN r <> '0' THEN r END AS rating
          FROM (SELECT "User-ID", ISBN, columns('(?i)^(book-)?rating$') AS r FROM ${ratings})`,
      },
    },
    items: {
      files: {
        books: {
          name: /^(BX-)?Books\.csv$/i,
          firstLine: /^\W*ISBN"?[;,]"?(Book-)?Title/i,
          encoding: "latin1",
        },
      },
      made: {
        columns: ["ISBN", "title", "author"],
        sql: ({ books }) => `SELECT ISBN, columns('(?i)^(book-)?title$') AS title,
          columns('(?i)^(book-)?author$') AS author FROM ${books}`,
      },
    },
    users: {
      files: { users: { name: /^(BX-)?Users\.csv$/i, firstLine: /^\W*User-ID"?[;,]/i, encoding: "latin1" } },
    },
    options: {
      user: "User-ID",
      item: "ISBN",
      rating: "rating",
      title: "title",
      brand: "author",
      itemsId: "ISBN",
      usersId: "User-ID",
    },
    notes: ["The rating 0 stands for none; the data have no times: each history has the order of the file."],
  },
];
