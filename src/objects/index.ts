export { fetchFolder, type PublishedFolder, publishFolder } from "./folders.ts";
export { type OpenOptions, openObjects } from "./open.ts";
export {
  type Content,
  DamagedObjectError,
  type ListedObject,
  MissingObjectError,
  type ObjectFacts,
  type ObjectStore,
} from "./store.ts";
