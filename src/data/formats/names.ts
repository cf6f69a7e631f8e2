/** Data sets whose files are known; apart from their forms so that help need not load them. */
export const PUBLIC_FORMAT_NAMES = [
  "movielens",
  "lastfm",
  "retailrocket",
  "diginetica",
  "hm",
  "instacart",
  "mind",
  "yelp",
  "goodreads",
  "steam",
  "book-crossing",
  "gowalla",
] as const;

export type PublicFormatName = (typeof PUBLIC_FORMAT_NAMES)[number];
