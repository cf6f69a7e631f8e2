export { fetchFolder, type PublishedFolder, publishFolder } from "./folders.ts";
export { type OpenOptions, openObjects, withObjects } from "./open.ts";
export { removeFolder } from "./remove-folder.ts";
export { contentMark, type S3Access, type S3FileFacts, S3Files, type S3FilesOptions, s3Key } from "./s3-files.ts";
export { fetchSnapshot, putSnapshot, removeSnapshot, snapshotHash } from "./snapshots.ts";
export {
  type Content,
  DamagedObjectError,
  type ListedObject,
  MissingObjectError,
  type ObjectFacts,
  type ObjectStore,
} from "./store.ts";
export { isObject, type WrittenOptions, writtenTo } from "./written-object.ts";
