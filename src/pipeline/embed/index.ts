// The front door of embedding a dataset's texts.
export { type EmbedOptions, type EmbedResult, embed } from "./embed.ts";
export { areOfTextsNow } from "./texts.ts";
