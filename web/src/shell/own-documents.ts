// Pages that are documents of their own. What a page may do is settled when its document is loaded: the one that runs a
// model may compile WebAssembly, and no other page is to have that from it, nor it to be without.
const OWN = "/in-the-browser";

/** Whether going from one address to the other takes another document. */
export function needsDocument(from: string, to: string): boolean {
  const isOwn = (address: string) => address.split(/[?#]/)[0] === OWN;
  return isOwn(from) !== isOwn(to);
}
