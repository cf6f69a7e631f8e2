export { type AddedToRun, type AddItemsOptions, addItems } from "./add-items.ts";
export { listAddedItems, type RemoveItemsOptions, removeAddedItems } from "./added-items.ts";
export { type NewItemVectors, newItemVectors } from "./new-item-vectors.ts";
