// Public data of places and games: Yelp, Gowalla and Steam.
import type { PublicFormat } from "./public-format.ts";

export const YELP: PublicFormat = [
  {
    title: "Yelp",
    interactions: {
      files: {
        reviews: { name: /^(yelp_academic_dataset_)?review\.json$/i, firstLine: /^\{.*"business_id".*"stars"/ },
      },
      made: {
        columns: ["user_id", "business_id", "stars", "date"],
        sql: ({ reviews }) => `SELECT user_id, business_id, stars, "date" FROM ${reviews}`,
      },
    },
    items: {
      files: {
        businesses: { name: /^(yelp_academic_dataset_)?business\.json$/i, firstLine: /^\{.*"business_id".*"name"/ },
      },
      made: {
        columns: ["business_id", "name", "city", "categories", "is_open"],
        sql: ({ businesses }) => `SELECT business_id, "name", city, categories, is_open FROM ${businesses}`,
      },
    },
    options: {
      user: "user_id",
      item: "business_id",
      rating: "stars",
      timestamp: "date",
      title: "name",
      categories: "categories",
      categorySeparator: ",",
      itemsId: "business_id",
    },
  },
];

export const GOWALLA: PublicFormat = [
  {
    title: "Gowalla or Brightkite check-ins (SNAP)",
    interactions: {
      files: {
        checkIns: {
          name: /^loc-(gowalla|brightkite)_totalCheckins\.txt$/i,
          firstLine: /^\d+\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\t-?[\d.]+\t-?[\d.]+\t\S+\s*$/,
          delimiter: "tab",
          quote: "none",
          columns: ["user_id", "time", "latitude", "longitude", "location_id"],
        },
      },
    },
    options: { user: "user_id", item: "location_id", timestamp: "time" },
  },
  {
    title: "Gowalla and others as lists (LightGCN)",
    interactions: {
      files: {
        train: { name: /^train\.txt$/i, firstLine: /^\d+( \d+)+\s*$/, isLines: true },
        test: { name: /^test\.txt$/i, isLines: true, isOptional: true },
      },
      made: {
        columns: ["user_id", "item_id"],
        sql: ({ train, test }) => {
          const lists = [train, test]
            .filter((table) => table !== undefined)
            .map((table) => `SELECT string_split(trim(line), ' ') AS list FROM ${table}`);
          return `SELECT list[1] AS user_id, unnest(list[2:]) AS item_id FROM (${lists.join(" UNION ALL ")})
            WHERE len(list) > 1`;
        },
      },
    },
    options: { user: "user_id", item: "item_id" },
    notes: ["The lists have no times: their order is taken, and items of test.txt come last."],
  },
];

export const STEAM: PublicFormat = [
  {
    title: "Steam 200k",
    interactions: {
      files: {
        behaviours: {
          name: /^steam-200k\.csv$/i,
          firstLine: /^\d+,.*,(purchase|play),[\d.]+(,0)?\s*$/,
          delimiter: ",",
          columns: ["user_id", "game", "behaviour", "hours", "zero"],
        },
      },
      made: {
        columns: ["user_id", "game", "title", "hours"],
        // A play follows the purchase of the same game; hours stand beside plays.
        sql: ({ behaviours }) => `SELECT user_id, game, game AS title, hours FROM
          (SELECT user_id, game, max(CASE WHEN behaviour = 'play' THEN hours END) AS hours, min(n) AS n FROM
            (SELECT *, row_number() OVER () AS n FROM ${behaviours}) GROUP BY user_id, game) ORDER BY n`,
      },
    },
    options: { user: "user_id", item: "game", title: "title", quantity: "none" },
    notes: ["The data have no times: each history has the order of the file."],
  },
  {
    title: "Steam reviews (UCSD)",
    interactions: {
      files: { reviews: { name: /^steam_reviews\.json$/i, firstLine: /^\{.*'product_id'|^\{.*"product_id"/ } },
    },
    items: { files: { games: { name: /^steam_games\.json$/i, firstLine: /^\{/ } } },
    options: {
      user: "username",
      item: "product_id",
      timestamp: "date",
      title: "app_name",
      categories: "genres",
      brand: "developer",
      price: "price",
      itemsId: "id",
    },
  },
];
