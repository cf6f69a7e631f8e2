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
const TAKES_BACK =
  /^(un(like|follow|favou?rite|subscribe)|dis_?like|thumbs?_?down|down_?vote|refund|return|cancel|storno|chargeback|retoure|rückgabe)/i;

/** Events that say nothing of a liking, or that somebody did not want it. */
const NO_LIKING =
  /^(impression|impress|expos|shown?$|display|remove|delete|skip|hide|report|block|not_interested|abandon)/i;

/** Words of an order's status, or a document's kind, that say that it was taken back, and that it came to nothing. */
const TAKEN_BACK = wordSet(
  "refunded returned cancelled canceled cancellation storno storniert stornierung gutschrift retoure retourniert rückgabe " +
    "erstattet erstattung chargeback remboursé remboursée remboursement annulé annulée annulation avoir cancelado " +
    "cancelada anulado anulada devuelto devuelta devolución reembolsado annullato reso rimborsato geannuleerd " +
    "geretourneerd terugbetaald キャンセル 返品 退款 退货 已取消 已退款",
);
const CAME_TO_NOTHING = wordSet(
  "void voided failed failure declined rejected fehlgeschlagen abgelehnt échoué échouée refusé refusée fallido " +
    "rechazado fallito rifiutato mislukt",
);
/** Words for it that may mean something else: a return trip. */
const ALONE = wordSet("return returns refund refunds cancel");
/** Words that may stand beside them: `wc-refunded`, `Order cancelled`. */
const BESIDE = wordSet(
  "wc order orders payment item product transaction invoice status by customer buyer seller system",
);

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}

/** Does an event, or a status, take back what came before? */
export function takesBack(kind: string): boolean {
  return TAKES_BACK.test(kind) || saysAny(kind, TAKEN_BACK);
}

/** Is an event, or a status, none of a liking? */
export function isNoLiking(kind: string): boolean {
  return NO_LIKING.test(kind) || saysAny(kind, CAME_TO_NOTHING);
}

/**
 * The same of a cell in a column that nobody called one of events: `Returnal` may be a game, and `Skip` a brand.
 */
export function saysNoLiking(cell: string): boolean {
  return saysAny(cell, TAKEN_BACK) || saysAny(cell, CAME_TO_NOTHING) || ALONE.has(cell.trim().toLowerCase());
}

function saysAny(text: string, words: ReadonlySet<string>): boolean {
  const all = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  return all.some(
    (word, k) => words.has(word) && (k === 0 || all.every((each) => words.has(each) || BESIDE.has(each))),
  );
}
