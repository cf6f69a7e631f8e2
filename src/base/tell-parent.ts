// What a process of the product's own tells the one that began it.

/**
 * Sends `message` where somebody still listens. With a callback, one that finds nobody any more is no error of this
 * process: it hears of the end of the channel by "disconnect".
 */
export function tellParent(message: object): void {
  if (process.connected) process.send!(message, undefined, undefined, () => {});
}
