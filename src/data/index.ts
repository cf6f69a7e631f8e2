// The data room: readers, filters, strict numbering, splits, candidates, statistics, audit, synthetic shop.

export { type AppendOptions, type AppendResult, appendToDataset } from "./append/append-dataset.ts";
export { type Audit, auditDataset } from "./audit.ts";
export type { AuditCheck, Verdict } from "./audit-check.ts";
export { type IdRuleHits, idRuleHits } from "./audit-id-order.ts";
export { loadCandidates, negativesOf } from "./candidates.ts";
export type { ConvertTables, GivenTable } from "./converted/convert-ahead.ts";
export { convertTable, type RefusedTable } from "./converted/convert-table.ts";
export {
  type CellFiles,
  type ConvertedTable,
  conversionFormSchema,
  type TableCard,
  tableCardSchema,
} from "./converted/table-card.ts";
export type * from "./dataset.ts";
export { candidatePool, drawCandidates, negativesPerUser } from "./draw-candidates.ts";
export {
  fileTable,
  type ParquetColumns,
  parquetOfLines,
  readObjects,
  readRows,
  withDatabase,
  withThreads,
  writeParquet,
} from "./duckdb.ts";
export { loadReviews } from "./explanations/explanations-file.ts";
export type { SentenceKind } from "./explanations/sentence-kinds.ts";
export {
  explainedPairs,
  type Sentence,
  type SentencePart,
  type SentenceSource,
} from "./explanations/sentence-source.ts";
export { type IdListOptions, type ListedId, readIdList } from "./id-list.ts";
export { idRuleList } from "./id-rule.ts";
export { type Imported, type ImportOptions, importAndTell, importDataset } from "./import-dataset.ts";
export type { ImportFormat } from "./import-formats.ts";
export { type Inspection, type InspectOptions, inspectFile } from "./inspect.ts";
export { fitsAll, type ItemCondition, itemCondition } from "./item-conditions.ts";
export { eachUsersFeatures, type ItemFeatures, itemFeatures } from "./item-features.ts";
export { itemRecord } from "./item-table.ts";
export { UNDERSTOOD_FILE } from "./kept-card.ts";
export { unlessReplaced } from "./kept-work.ts";
export { filterWords, leftOutItems, leftOutUserIds, leftOutUsers } from "./left-out.ts";
export { leakedLists, type TrainingLists, trainingLists, type WholeSequences, wholeSequences } from "./lists.ts";
export { openDataset, openedDataset } from "./open-dataset.ts";
export { isOwnedWhole, ownNegatives } from "./owns-everything.ts";
export { type HeldOutPairs, heldOutPairs } from "./protocols/held-out-pairs.ts";
export { ITEM_NUMBERS, type ItemNumbers, PAPER_BANNER, PROTOCOLS, type Protocol } from "./protocols/protocol.ts";
export {
  strictView,
  type TrainingView,
  trainingView,
  type ViewDescription,
  viewHash,
} from "./protocols/training-view.ts";
export type { RawShop, Reader, ReadShop } from "./raw-shop.ts";
export { type NewItems, type NewItemsOptions, readNewItems } from "./readers/new-items.ts";
export { readTruth, type ShopTruth } from "./shop/shop-truth.ts";
export { type SynthOptions, synthesiseShop } from "./shop/synthesise-shop.ts";
export { shownAddress } from "./sources/elsewhere/address.ts";
export { EXTENSIONS, type Extension, fetchExtension } from "./sources/elsewhere/extensions.ts";
export { objectMarks } from "./sources/elsewhere/s3.ts";
export { matching } from "./sources/named-files.ts";
export { readLines } from "./sources/text-lines.ts";
export { NO_ITEM, splitHash, splitLeaveLastTwo, splitOf, trainingCounts, trainingWeights } from "./split.ts";
export { type DatasetSplit, type SplitRule, splitWords } from "./splits/dataset-split.ts";
export {
  type HeldOutQuestions,
  loadColdItems,
  loadQuestionCandidates,
  loadQuestions,
} from "./splits/questions-file.ts";
export { type SplitOptions, splitDataset } from "./splits/split-dataset.ts";
export { type DatasetStatistics, datasetStatistics } from "./statistics.ts";
export type {
  ColumnFacts,
  FeedbackFacts,
  FilterFacts,
  LeftOut,
  TimeFacts,
  Understanding,
} from "./understanding.ts";
export { hasUnspacedSigns, isStopWord, keywordsOf, termsIn, wordsOf } from "./words.ts";
