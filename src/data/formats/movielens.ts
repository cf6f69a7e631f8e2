// MovieLens of GroupLens, in its three ways of writing.
import type { PublicFormat } from "./public-format.ts";

const GENRES = [
  "unknown",
  "Action",
  "Adventure",
  "Animation",
  "Children's",
  "Comedy",
  "Crime",
  "Documentary",
  "Drama",
  "Fantasy",
  "Film-Noir",
  "Horror",
  "Musical",
  "Mystery",
  "Romance",
  "Sci-Fi",
  "Thriller",
  "War",
  "Western",
];

export const MOVIELENS: PublicFormat = [
  {
    title: "MovieLens 100k",
    interactions: {
      files: {
        ratings: {
          name: /^u\.data$/i,
          firstLine: /^\d+\t\d+\t\d\t\d+\s*$/,
          delimiter: "tab",
          columns: ["user_id", "movie_id", "rating", "timestamp"],
        },
      },
    },
    items: {
      files: {
        movies: {
          name: /^u\.item$/i,
          firstLine: /^\d+\|.*(\|[01]){19}\s*$/,
          delimiter: "|",
          quote: "none",
          encoding: "latin1",
          columns: ["movie_id", "title", "release_date", "video_release_date", "imdb_url", ...GENRES],
        },
      },
      made: {
        columns: ["movie_id", "title", "categories"],
        sql: ({ movies }) => {
          const flags = GENRES.map((genre) => {
            const name = genre.replaceAll("'", "''");
            return `CASE WHEN trim("${genre}") = '1' THEN '${name}' END`;
          });
          return `SELECT movie_id, title, concat_ws('|', ${flags.join(", ")}) AS categories FROM ${movies}`;
        },
      },
    },
    users: {
      files: {
        users: {
          name: /^u\.user$/i,
          firstLine: /^\d+\|\d+\|[MF]\|/,
          delimiter: "|",
          quote: "none",
          columns: ["user_id", "age", "gender", "occupation", "zip_code"],
        },
      },
    },
    options: {
      user: "user_id",
      item: "movie_id",
      rating: "rating",
      timestamp: "timestamp",
      timeFormat: "unix",
      title: "title",
      categories: "categories",
      categorySeparator: "|",
      itemsId: "movie_id",
      usersId: "user_id",
    },
  },
  {
    title: "MovieLens 1M or 10M",
    interactions: {
      files: {
        ratings: {
          name: /^ratings\.dat$/i,
          firstLine: /^\d+::\d+::[\d.]+::\d+\s*$/,
          delimiter: "::",
          quote: "none",
          columns: ["user_id", "movie_id", "rating", "timestamp"],
        },
      },
    },
    items: {
      files: {
        movies: {
          name: /^movies\.dat$/i,
          firstLine: /^\d+::.*::/,
          delimiter: "::",
          quote: "none",
          columns: ["movie_id", "title", "genres"],
        },
      },
    },
    users: {
      files: {
        users: {
          name: /^users\.dat$/i,
          firstLine: /^\d+::[MF]::\d+::/,
          delimiter: "::",
          quote: "none",
          columns: ["user_id", "gender", "age", "occupation", "zip_code"],
        },
      },
    },
    options: {
      user: "user_id",
      item: "movie_id",
      rating: "rating",
      timestamp: "timestamp",
      timeFormat: "unix",
      title: "title",
      categories: "genres",
      categorySeparator: "|",
      itemsId: "movie_id",
      usersId: "user_id",
    },
  },
  {
    title: "MovieLens with headers (latest, 20M, 25M, 32M)",
    interactions: {
      files: { ratings: { name: /^ratings\.csv$/i, firstLine: /^\W*userId,movieId,rating,timestamp\s*$/ } },
    },
    items: {
      files: { movies: { name: /^movies\.csv$/i, firstLine: /^\W*movieId,title,genres\s*$/ } },
      made: {
        columns: ["movieId", "title", "genres"],
        sql: ({ movies }) =>
          `SELECT movieId, title, CASE WHEN genres <> '(no genres listed)' THEN genres END AS genres FROM ${movies}`,
      },
    },
    options: {
      user: "userId",
      item: "movieId",
      rating: "rating",
      timestamp: "timestamp",
      timeFormat: "unix",
      title: "title",
      categories: "genres",
      categorySeparator: "|",
      itemsId: "movieId",
    },
  },
];
