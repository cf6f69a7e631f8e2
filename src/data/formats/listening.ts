// Last.fm in the versions of HetRec 2011 and of Celma (1K and 360K users).
import type { PublicFormat } from "./public-format.ts";

export const LASTFM: PublicFormat = [
  {
    title: "Last.fm of HetRec 2011",
    interactions: {
      files: { plays: { name: /^user_artists\.dat$/i, firstLine: /^userID\tartistID\tweight/i, quote: "none" } },
    },
    items: {
      files: { artists: { name: /^artists\.dat$/i, firstLine: /^id\tname\t/i, delimiter: "tab", quote: "none" } },
    },
    options: { user: "userID", item: "artistID", quantity: "weight", title: "name", itemsId: "id" },
    notes: ["The data have no times: each history has the order of the file."],
  },
  {
    title: "Last.fm 1K users",
    interactions: {
      files: {
        plays: {
          name: /^userid-timestamp-artid-artname-traid-traname\.tsv$/i,
          firstLine: /^[^\t]+\t\d{4}-\d\d-\d\dT[^\t]+\t[^\t]*\t[^\t]*\t[^\t]*\t/,
          delimiter: "tab",
          quote: "none",
          columns: ["user_id", "timestamp", "artist_id", "artist_name", "track_id", "track_name"],
        },
      },
      made: {
        columns: ["user_id", "timestamp", "track_id", "track_name", "artist_name"],
        // Only tracks that MusicBrainz knows have an id.
        sql: ({ plays }) =>
          `SELECT user_id, "timestamp", track_id, track_name, artist_name FROM ${plays} WHERE track_id <> ''`,
      },
    },
    options: { user: "user_id", item: "track_id", timestamp: "timestamp", title: "track_name", brand: "artist_name" },
    notes: ["Plays of tracks without an id are left out."],
  },
  {
    title: "Last.fm 360K users",
    interactions: {
      files: {
        plays: {
          name: /^usersha1-artmbid-artname-plays\.tsv$/i,
          firstLine: /^[0-9a-f]+\t[^\t]*\t[^\t]*\t\d+\s*$/i,
          delimiter: "tab",
          quote: "none",
          columns: ["user_id", "artist_id", "artist_name", "plays"],
        },
      },
      made: {
        columns: ["user_id", "artist_id", "artist_name", "plays"],
        sql: ({ plays }) => `SELECT user_id, artist_id, artist_name, plays FROM ${plays} WHERE artist_id <> ''`,
      },
    },
    options: { user: "user_id", item: "artist_id", quantity: "plays", title: "artist_name" },
    notes: ["Artists without an id are left out; the data have no times: each history has the order of the file."],
  },
];
