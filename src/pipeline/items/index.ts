export { type AddedToRun, type AddItemsOptions, addItems } from "./add-items.ts";
export { listAddedItems, type RemoveItemsOptions, removeAddedItems } from "./added-items.ts";
