import { join } from "node:path";
import { expect, it } from "vitest";
import { directoryWith } from "../../../test/support/temporary.ts";
import { withDatabase } from "../duckdb.ts";
import { openTable } from "../sources/open-table.ts";
import { recogniseCatalogue } from "./catalogue-columns.ts";
import { recogniseInteractions } from "./interaction-columns.ts";

const ROWS = 42;
const WORDS = ["tea", "mug", "pot", "jar", "cup", "tin", "bag", "box"];

/** Cells by kind, of the `k`-th record; users and items come back, as in a shop. */
const CELLS: Readonly<Record<string, (k: number) => string | number>> = {
  user: (k) => `u${(k * 5) % 7}`,
  mail: (k) => `u${(k * 5) % 7}@shop.example`,
  item: (k) => `P${(k * 3) % 8}`,
  title: (k) => `a fine ${WORDS[(k * 3) % 8]}`,
  class: (k) => ["drinks", "ware"][((k * 3) % 8) % 2]!,
  maker: (k) => ["Hill", "Vale"][((k * 3) % 8) % 2]!,
  price: (k) => 2.5 + ((k * 3) % 8),
  row: (k) => k + 1,
  order: (k) => 7000 + Math.floor(k / 2),
  seller: (k) => `s${k % 3}`,
  epoch: (k) => 1_700_000_000 + k * 7919,
  moment: (k) => new Date(1.7e12 + k * 7919e3).toISOString(),
  day: (k) => `2024-0${1 + (k % 5)}-1${k % 9}`,
  german: (k) => `1${k % 9}.0${1 + (k % 5)}.2024`,
  hhmm: (k) => `${String((k * 5) % 24).padStart(2, "0")}${String((k * 7) % 60).padStart(2, "0")}`,
  clock: (k) => `${(k * 5) % 24}:${String((k * 7) % 60).padStart(2, "0")}`,
  stars: (k) => 1 + (k % 5),
  deed: (k) => ["view", "cart", "purchase"][k % 3]!,
  few: (k) => 1 + (k % 3),
  city: (k) => ["Ulm", "Trier", "Celle"][k % 3]!,
  prose: (k) => `what I think, take ${k}`,
  empty: () => "",
  some: (k) => (k % 5 === 0 ? `u${k % 7}` : ""),
  one: () => "yes",
};

/** `name:cells=meaning`; without a meaning the column must be left alone. */
const TABLES: Readonly<Record<string, string>> = {
  "a dump of a database": "id:row|user_id:user=user|track_id:item=item|created_at:moment=timestamp",
  MovieLens: "userId:user=user|movieId:item=item|rating:stars=rating|timestamp:epoch=timestamp",
  "Amazon 2014":
    "reviewerID:user=user|asin:item=item|reviewerName:city|helpful:prose|reviewText:prose|overall:stars=rating|summary:prose|unixReviewTime:epoch=timestamp",
  "Amazon 2023":
    "rating:stars=rating|title:prose|text:prose|asin:row|parent_asin:item=item|user_id:user=user|timestamp:epoch=timestamp|helpful_vote:few|verified_purchase:one",
  Yelp: "review_id:row|user_id:user=user|business_id:item=item|stars:stars=rating|useful:few|text:prose|date:moment=timestamp",
  Goodreads:
    "user_id:user=user|book_id:item=item|review_id:row|rating:stars=rating|date_added:moment=timestamp|n_votes:few",
  "Book-Crossing": "User-ID:user=user|ISBN:item=item|Book-Rating:stars=rating",
  "UCI Online Retail":
    "InvoiceNo:order|StockCode:item=item|Description:title=title|Quantity:few=quantity|InvoiceDate:moment=timestamp|UnitPrice:price=price|CustomerID:user=user|Country:city",
  Steam: "steamid:user=user|appid:item=item|playtime_forever:order|unix_timestamp_created:epoch=timestamp",
  "Last.fm": "userID:user=user|artistID:item=item|weight:few=quantity",
  "Last.fm 1k":
    "userid:user=user|timestamp:moment=timestamp|musicbrainz-artist-id:maker|musicbrainz-track-id:item=item|track-name:title=title",
  Retailrocket: "timestamp:epoch=timestamp|visitorid:user=user|event:deed=event|itemid:item=item|transactionid:empty",
  REES46:
    "event_time:moment=timestamp|event_type:deed=event|product_id:item=item|category_code:class=categories|brand:maker=brand|price:price=price|user_id:user=user|user_session:order",
  "H&M": "t_dat:day=timestamp|customer_id:user=user|article_id:item=item|price:price=price|sales_channel_id:few",
  Olist:
    "order_id:order|order_item_id:few|product_id:item=item|seller_id:seller|shipping_limit_date:moment|price:price=price|customer_id:row|customer_unique_id:user=user|order_status:one|order_purchase_timestamp:moment=timestamp|order_approved_at:moment|order_delivered_carrier_date:moment|review_score:stars=rating|product_category_name:class=categories|customer_city:city",
  gorse: "FeedbackType:deed=event|UserId:user=user|ItemId:item=item|Value:few|Timestamp:moment=timestamp",
  "MongoDB's export":
    "_id.$oid:row|customer_id.$oid:user=user|product_id.$oid:item=item|product_name:title=title|price.$numberDecimal:price=price|created_at.$date.$numberLong:epoch=timestamp",
  RecBole: "user_id:user=user|item_id:item=item|timestamp:epoch=timestamp",
  "Shopify orders":
    "Name:order|Email:mail=user|Financial Status:one|Paid at:moment|Fulfilled at:moment|Currency:one|Total:price|Created at:moment=timestamp|Lineitem quantity:few=quantity|Lineitem name:title=title|Lineitem price:price=price|Lineitem sku:item=item|Billing Name:city|Cancelled at:empty|Id:row|Phone:empty",
  WooCommerce:
    "order_id:order|order_number:order|order_date:moment=timestamp|status:one|customer_id:user=user|billing_email:mail|line_item_id:row|product_id:item=item|product_name:title=title|quantity:few=quantity|item_price:price=price|order_total:price",
  Magento:
    "order_id:order|increment_id:order|customer_email:mail=user|customer_firstname:city|sku:item=item|qty_ordered:few=quantity|base_price:price=price|created_at:moment=timestamp|item_id:row|name:title=title|store_id:seller",
  GA4: "event_date:day|event_timestamp:epoch=timestamp|event_name:deed=event|user_id:empty|user_pseudo_id:user=user|items.item_id:item=item|items.item_name:title=title",
  Segment:
    "anonymousId:user=user|messageId:row|event:deed=event|receivedAt:moment|timestamp:moment=timestamp|properties.product_id:item=item",
  "a till, two columns for the moment":
    "member:user=user|barcode:item=item|date:day=timestamp|time:hhmm=timeOfDay|qty:few=quantity",
  "a till with colons": "client:user=user|product:item=item|order_date:day=timestamp|order_time:clock=timeOfDay",
  "a time that says all": "user:user=user|item:item=item|date:day|time:moment=timestamp",
  "German shop":
    "Kunden-Nr.:user=user|Art.-Nr.:item=item|Bezeichnung:title=title|Warengruppe:class=categories|Datum:german=timestamp|Uhrzeit:clock=timeOfDay|Anzahl:few=quantity|Einzelpreis:price=price",
  "German words glued":
    "Bestellnummer:order|Kundennummer:user=user|Artikelnummer:item=item|Bestelldatum:german=timestamp|Bewertung:stars=rating",
  French:
    "numero_commande:order|id_client:user=user|code_article:item=item|date_commande:day=timestamp|heure:clock=timeOfDay|quantité:few=quantity|libellé:title=title|note:stars=rating",
  Spanish:
    "id_pedido:order|id_cliente:user=user|id_producto:item=item|fecha_compra:day=timestamp|cantidad:few=quantity|precio:price=price|nombre_producto:title=title",
  Italian:
    "codice_cliente:user=user|codice_articolo:item=item|data_acquisto:day=timestamp|quantità:few=quantity|prezzo:price=price",
  Portuguese:
    "id_usuario:user=user|codigo_produto:item=item|data_compra:day=timestamp|avaliação:stars=rating|preço:price=price",
  Dutch:
    "ordernummer:order|klantnummer:user=user|artikelnummer:item=item|besteldatum:day=timestamp|aantal:few=quantity|prijs:price=price",
  Japanese:
    "注文番号:order|顧客ID:user=user|商品コード:item=item|注文日時:moment=timestamp|数量:few=quantity|単価:price=price|商品名:title=title",
  Chinese:
    "订单号:order|用户ID:user=user|商品编号:item=item|下单时间:moment=timestamp|评分:stars=rating|价格:price=price|类目:class=categories",
  "upper case": "CUSTOMER_NO:user=user|PRODUCT_NO:item=item|PURCHASE_DATE:day=timestamp",
  "names that say nothing of the time": "buyer:user=user|goods_id:item=item|wann:moment=timestamp",
  "mail under an unknown name": "wer:mail=user|item_id:item=item|ts:epoch=timestamp",
  "single letters": "uid:user=user|iid:item=item|r:stars=rating|t:epoch=timestamp",
  "people with facts":
    "customer_segment:city|customer_city:city|customer_id:user=user|item_id:item=item|birth_date:day|signup_date:day|date:day=timestamp",
};

async function withTable<T>(spec: string, work: (columns: Spec[], path: string) => Promise<T>): Promise<T> {
  const columns = spec.split("|").map((column) => {
    const [, name, cells, meaning] = /^(.*):(\w+)(?:=(\w+))?$/.exec(column)!;
    return { name: name!, cells: cells!, meaning };
  });
  const rows = Array.from({ length: ROWS }, (_, k) => columns.map(({ cells }) => CELLS[cells]!(k)));
  const text = [columns.map(({ name }) => name), ...rows]
    .map((row) => row.map((cell) => `"${cell}"`).join(","))
    .join("\n");
  return work(columns, join(await directoryWith({ "table.csv": text }), "table.csv"));
}

interface Spec {
  readonly name: string;
  readonly meaning: string | undefined;
}

const recognise = (path: string, options = {}) =>
  withDatabase(async (database) => {
    const { columns, choosing } = await recogniseInteractions(
      database,
      await openTable(database, path, { format: "auto" }),
      options,
    );
    return { columns, doubts: choosing.doubts };
  });

it.each(Object.entries(TABLES))("knows the columns of %s", async (_, spec) => {
  await withTable(spec, async (columns, path) => {
    const { columns: found, doubts } = await recognise(path);
    const { facts, ...roles } = found;
    const meant = columns.filter(({ meaning }) => meaning !== undefined).map(({ name, meaning }) => [meaning, name]);
    expect({ ...roles, ...facts }).toEqual(Object.fromEntries(meant));
    expect(doubts).toEqual([]);
  });
});

it.each([
  ["two people", "user_id:user|customer_id:seller|item_id:item", /--user user_id .*--user customer_id/],
  ["two things", "user_id:user|product_id:item|article_id:seller", /--item product_id .*--item article_id/],
  [
    "a user almost empty beside a session",
    "session_id:user|user_id:some|item_id:item",
    /--user user_id .*--user session_id/,
  ],
  ["unknown names", "wer:user|was:item|ts:epoch", /--user wer .*--user was/],
])("asks rather than guesses: %s", async (_, spec, flags) => {
  await withTable(spec, async (__, path) => {
    const { doubts } = await recognise(path);
    expect(doubts[0]?.message).toMatch(flags);
    expect(doubts[0]?.rows).toHaveLength(3);
  });
});

it("takes either of two columns that tell people apart alike", async () => {
  await withTable("user_id:user|customer_id:mail|item_id:item", async (_, path) => {
    expect(await recognise(path)).toMatchObject({ columns: { user: "user_id" }, doubts: [] });
  });
});

it("never takes a row number for an item", async () => {
  await withTable("id:row|user_id:user|ts:epoch", async (_, path) => {
    expect((await recognise(path)).columns.item).toBeUndefined();
  });
});

it("follows the user: other case, none, and columns to ignore", async () => {
  await withTable("id:row|user_id:user|item_id:item|rating:stars|date:day|time:hhmm", async (_, path) => {
    const options = { user: "ID", rating: "none", timestamp: "DATE", ignore: ["time"] };
    expect((await recognise(path, options)).columns).toEqual({
      user: "id",
      item: "item_id",
      timestamp: "date",
      facts: {},
    });
    await expect(recognise(path, { user: "usr_id" })).rejects.toThrow(/Did you mean user_id/);
  });
});

it.each([
  ["id:row|name:title|type:one|regular_price:price", { id: "id", title: "name", price: "regular_price" }],
  [
    "Artikelnr:row|Produktname:title|Kategorie:class|Preis:price|Hersteller:maker|Beschreibung:prose",
    {
      id: "Artikelnr",
      title: "Produktname",
      categories: "Kategorie",
      price: "Preis",
      brand: "Hersteller",
      description: "Beschreibung",
    },
  ],
  ["movieId:row|title:title|genres:class", { id: "movieId", title: "title", categories: "genres" }],
  [
    "article_id:row|prod_name:title|product_type_name:class|department_name:class|detail_desc:prose",
    {
      id: "article_id",
      title: "prod_name",
      categories: "product_type_name",
      mainCategory: "department_name",
      description: "detail_desc",
    },
  ],
  ["ItemId:row|IsHidden:one|Categories:class", { id: "ItemId", hidden: "IsHidden", categories: "Categories" }],
  [
    "main_category:class|title:title|store:maker|parent_asin:row|features:prose",
    {
      id: "parent_asin",
      title: "title",
      mainCategory: "main_category",
      brand: "store",
      features: "features",
    },
  ],
])("knows the columns of the catalogue %s", async (spec, expected) => {
  await withTable(spec, async (_, path) => {
    const { columns } = await withDatabase(async (database) =>
      recogniseCatalogue(database, await openTable(database, path, { format: "auto" }), {}),
    );
    expect(Object.fromEntries(Object.entries(columns).filter(([, name]) => name !== undefined))).toEqual(expected);
  });
});

it("takes no rate of something else for a rating", async () => {
  const { columns } = await recognisedBeside([
    ["exchange_rate", ["1.07", "1.08"]],
    ["tax_rate", ["0.19"]],
  ]);
  expect(columns.rating).toBeUndefined();
  expect((await recognisedBeside([["book_rate", ["4", "5"]]])).columns.rating).toBe("book_rate");
});

const NO_LIKINGS: readonly (readonly [name: string, values: readonly string[], told: RegExp])[] = [
  [
    "order_status",
    ["completed", "cancelled", "refunded", "failed"],
    /"order_status" says cancelled \(11\), failed \(10\), refunded \(10\): those .* --event order_status reads it/,
  ],
  ["Financial Status", ["paid", "voided"], /"Financial Status" says voided \(21\).*--event 'Financial Status'/],
  ["post_status", ["wc-completed", "wc-cancelled"], /"post_status" says wc-cancelled \(21\): those rows count/],
  ["Belegart", ["Rechnung", "Gutschrift"], /"Belegart" says Gutschrift/],
  ["etat", ["livrée", "remboursée"], /"etat" says remboursée/],
  ["is_return", ["0", "1"], /"is_return" says 1 \(21\).*--event is_return --events 0 leaves them out/],
  ["refunded", ["false", "true"], /"refunded" says true.*--event refunded --events false/],
  ["click", ["1", "0"], /"click" says 0 \(21\): those rows count as likings\. --rating click leaves them out/],
  ["is_purchased", ["1", "0"], /"is_purchased" says 0.*--rating is_purchased/],
  ["label", ["1.0", "0.0"], /"label" says 0.0.*--rating label/],
  [
    "Cancelled at",
    ["", "2024-05-01 10:00"],
    /"Cancelled at" holds a time in 21 rows: those rows count as likings\. Leave them out/,
  ],
];

it("tells of rows that say that they are no liking in a column that nobody reads", async () => {
  const { warnings } = await recognisedBeside(NO_LIKINGS);
  for (const [, , told] of NO_LIKINGS) expect(warnings.join("\n")).toMatch(told);
  expect(warnings).toHaveLength(NO_LIKINGS.length);
  const ignored = NO_LIKINGS.slice(1).map(([name]) => name);
  expect((await recognisedBeside(NO_LIKINGS, ignored)).warnings).toHaveLength(1);
});

it("tells nothing of that where words only look alike", async () => {
  const { warnings } = await recognisedBeside([
    ["status", ["completed", "shipped", "pending"]],
    ["payment_status", ["not returned", "no refund", "partially_refunded"]],
    ["customer_type", ["new", "return"]],
    ["trip", ["one way", "return"]],
    ["utm_campaign", ["abandoned_cart", "spring"]],
    ["game", ["Returnal", "Skip-Bo", "Hide and Seek"]],
    ["label", ["Decca", "Verve"]],
    ["reordered", ["0", "1"]],
    ["is_gift", ["true", "false"]],
    ["return_date", ["2024-05-01", "2024-05-02", ""]],
    ["clicks", ["1", "2", "3"]],
    ["purchased", ["1"]],
  ]);
  expect(warnings).toEqual([]);
});

/** Interactions with further columns, whose values come round. */
async function recognisedBeside(
  columns: readonly (readonly [name: string, values: readonly string[], ...unknown[]])[],
  ignore?: readonly string[],
) {
  const rows = Array.from({ length: ROWS }, (_, k) => {
    const cells = columns.map(([, values]) => values[k % values.length]);
    return [`u${(k * 5) % 7}`, `P${(k * 3) % 8}`, 1_700_000_000 + k * 7919, ...cells].join();
  });
  const header = ["user_id", "item_id", "timestamp", ...columns.map(([name]) => name)].join();
  const directory = await directoryWith({ "a.csv": `${[header, ...rows].join("\n")}\n` });
  return withDatabase(async (database) => {
    const source = await openTable(database, join(directory, "a.csv"), { format: "auto" });
    return recogniseInteractions(database, source, { ignore });
  });
}
