// Public formats by name.
import { LASTFM } from "./listening.ts";
import { MOVIELENS } from "./movielens.ts";
import type { PublicFormatName } from "./names.ts";
import { GOWALLA, STEAM, YELP } from "./places-and-games.ts";
import type { PublicFormat } from "./public-format.ts";
import { BOOK_CROSSING, GOODREADS, MIND } from "./reading.ts";
import { DIGINETICA, HM, INSTACART, RETAILROCKET } from "./shops.ts";

export const PUBLIC_FORMATS: Readonly<Record<PublicFormatName, PublicFormat>> = {
  movielens: MOVIELENS,
  lastfm: LASTFM,
  retailrocket: RETAILROCKET,
  diginetica: DIGINETICA,
  hm: HM,
  instacart: INSTACART,
  mind: MIND,
  yelp: YELP,
  goodreads: GOODREADS,
  steam: STEAM,
  "book-crossing": BOOK_CROSSING,
  gowalla: GOWALLA,
};
