// User texts that belong to preset `authors`: its public code has a language model read the last 20 items of whole
// histories, held-out ones included. Nothing makes such texts unasked, since whatever reads them leaks.

interface Asked {
  readonly model: string;
  readonly preset: string;
}

/** Items that the public code shows of a history. */
const AUTHORS_ITEMS = 20;

export function isAsAuthors({ model, preset }: Asked): boolean {
  return model === "isrf" && preset === "authors";
}

/** Which texts the public code reads, and how they are made. @param dataset its directory, or a word for it */
export function authorsTexts(dataset: string): string {
  return `the public code reads user texts made of the last ${AUTHORS_ITEMS} items of whole histories, held-out items included; \`isrf reason ${dataset} --history-source full --history-part last --history-items ${AUTHORS_ITEMS}\` and \`isrf embed ${dataset} --name full\` make them for --embeddings full, and every evaluation then names the leak (docs/protocols.md, L5)`;
}

/** What a training by preset `authors` is told of its vectors; undefined where they are as the public code's. */
export function unlikeAuthors(
  asked: Asked,
  dataset: string,
  { name, userHistory }: { readonly name: string; readonly userHistory?: "full" | undefined },
): string | undefined {
  if (!isAsAuthors(asked) || userHistory === "full") return undefined;
  return `preset authors: embeddings ${name} are of user texts without held-out items; ${authorsTexts(dataset)}.`;
}
