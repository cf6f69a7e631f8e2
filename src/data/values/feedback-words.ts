// Words that say how much somebody liked something, and kinds of events that are no liking.

const POSITIVE =
  "like liked likes love loved true t yes y up upvote thumbs_up thumbsup thumb_up positive pos favorite favourite " +
  "recommended ja wahr gefällt oui vrai sí si verdadero 👍 ❤ ❤️ ♥ + 是 はい";
const NEGATIVE =
  "dislike disliked dislikes hate hated false f no n down downvote thumbs_down thumbsdown thumb_down negative neg " +
  "not_recommended nein falsch non faux falso 👎 否 いいえ";

/** Word -> 1 for a liking, -1 for its opposite. Case, and blanks or hyphens for `_`, make no difference. */
export const VERDICTS: ReadonlyMap<string, number> = new Map([
  ...POSITIVE.split(" ").map((word) => [word, 1] as const),
  ...NEGATIVE.split(" ").map((word) => [word, -1] as const),
]);

/** `Thumbs up` and `thumbs-up` are `thumbs_up`. */
export function verdictWord(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, "_");
}

/** Events after which an earlier liking no longer counts. */
export const TAKES_BACK =
  /^(un(like|follow|favou?rite|subscribe)|dis_?like|thumbs?_?down|down_?vote|refund|return|cancel|storno|chargeback|retoure|rückgabe)/i;

/** Events that say nothing of a liking, or that somebody did not want it. */
export const NO_LIKING =
  /^(impression|impress|expos|shown?$|display|remove|delete|skip|hide|report|block|not_interested|abandon)/i;
