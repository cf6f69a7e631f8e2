// The words that column names are made of, in the languages of the shops that write them. Words are lower case and
// without accents. How well a word names its kind stands before it: 1 is beyond doubt.

export type Kind =
  | "person"
  | "visit"
  | "contact"
  | "thing"
  | "code"
  | "id"
  | "unique"
  | "name"
  | "title"
  | "moment"
  | "clock"
  | "deed"
  | "at"
  | "late"
  | "span"
  | "rating"
  | "event"
  | "type"
  | "quantity"
  | "brand"
  | "price"
  | "category"
  | "main"
  | "department"
  | "description"
  | "features"
  | "hidden"
  | "record"
  | "attribute"
  | "filler";

export interface Word {
  readonly text: string;
  readonly kind: Kind;
  readonly weight: number;
}

const TABLE: readonly (readonly [kind: Kind, weight: number, words: string])[] = [
  // Who.
  [
    "person",
    1,
    "user users customer customers client clients buyer buyers member members reviewer reviewers visitor visitors uid cust usr",
  ],
  ["person", 1, "kunde kunden kundin kaufer kaeufer nutzer benutzer besucher mitglied mitglieder besteller"],
  ["person", 1, "acheteur acheteurs utilisateur utilisateurs membre abonne adherent"],
  [
    "person",
    1,
    "usuario usuarios cliente clientes comprador compradores utente utenti clienti acquirente klant klanten",
  ],
  ["person", 1, "gebruiker gebruikers koper kopers bezoeker lid consumidor"],
  ["person", 1, "用户 用戶 客户 客戶 顧客 顾客 会员 會員 買家 买家 会員 ユーザー ユーザ お客様 購入者 消费者 利用者"],
  [
    "person",
    0.9,
    "account accounts subscriber shopper consumer player listener viewer viewers reader readers patron patient student learner borrower guest msno steam donor passenger traveler",
  ],
  [
    "person",
    0.75,
    "profile person people login username nickname nick household hshd compte conto konto cuenta conta アカウント 账号",
  ],
  ["person", 0.25, "author"],
  ["person", 0.5, "u"],
  ["contact", 0.65, "email mail courriel correo メール メールアドレス 邮箱 郵箱"],
  ["contact", 0.45, "phone mobile telephone telefon telefono telefone tel 电话 手机 電話番号"],
  ["visit", 0.6, "anonymous pseudo fullvisitor"],
  ["visit", 0.45, "session sessions cookie sitzung sesion sessione sessao セッション 会话"],
  ["visit", 0.4, "device visit browser ip"],
  // What.
  [
    "thing",
    1,
    "item items product products prod article articles artikel articulo articulos articolo articoli artigo artigos",
  ],
  [
    "thing",
    1,
    "produkt produkte produit produits producto productos prodotto prodotti produto produtos producten iid ware",
  ],
  ["thing", 1, "商品 产品 產品 物品 製品 品目 アイテム 货品 宝贝 merchandise goods"],
  [
    "thing",
    1,
    "movie movies film films pelicula filme video videos book books buch livre libro livro boek track tracks song songs",
  ],
  [
    "thing",
    1,
    "game games jeu juego gioco spiel anime manga app apps application game business restaurant venue poi hotel recipe",
  ],
  [
    "thing",
    1,
    "course courses job jobs listing listings podcast episode show shows series news beer wine gmap 电影 電影 视频 影片 书籍 映画 本 書籍",
  ],
  [
    "thing",
    0.9,
    "lineitem album albums content offer post posts place program programme piece variant style model material part",
  ],
  ["thing", 0.8, "artist artists band pin photo image creative ad ads"],
  ["thing", 0.6, "location spot document doc page url stock"],
  ["thing", 0.5, "i"],
  ["code", 0.97, "asin isbn"],
  ["code", 0.88, "sku skus ean gtin upc barcode mpn plu jan artnr 品番 型号 条码 货号"],
  [
    "id",
    1,
    "id ids pk fk guid uuid identifier identifiant identificador identificativo kennung ident key schlussel cle clave",
  ],
  [
    "id",
    0.9,
    "code codes no nr num nummer number numero numer num nro reference referencia riferimento codigo codice kode hash hashed index idx",
  ],
  ["id", 1, "番号 编号 編號 编码 コード 号 id号"],
  ["unique", 1, "unique original global master canonical"],
  // When.
  ["moment", 1, "timestamp timestamps datetime zeitstempel marcatemporal tijdstempel 时间戳 タイムスタンプ 日時"],
  ["moment", 0.9, "time times ts zeit zeitpunkt tijd tijdstip when moment utc epoch instant 时间 時間 日時"],
  ["moment", 0.85, "date dates datum dat fecha day jour tag dia giorno dag 日期 日付 年月日 日"],
  ["moment", 0.7, "data"],
  ["moment", 0.5, "timeframe t"],
  ["clock", 0.8, "uhrzeit heure hora ora horario horaire orario uur clock 時刻 时刻"],
  [
    "deed",
    1,
    "purchase purchased order ordered bought buy created create creation event transaction trans tran invoice sale sold kauf bestell bestellung rechnung achat commande compra pedido acquisto ordine vente venta vendita bestel bestelling aankoop verkauf verkaufs erstellt bezahlt bestellungs verkaufs rechnungs kaufs bestellt gekauft 下单 购买 購入 注文 成交 創建 创建 订单 交易 销售",
  ],
  [
    "deed",
    0.95,
    "rated review reviewed watched played listened viewed visited read clicked interaction checkin check placed occurred unix start server received logged added add recorded completed payment pay paid zahlung paiement pago pagamento 支付 評価 评价 点击 浏览 添加",
  ],
  ["deed", 0.7, "update updated modified changed sort last latest geandert 更新"],
  ["at", 1, "at on am le el"],
  [
    "late",
    1,
    "ship shipping shipped delivery delivered deliver estimated approved birth birthday born dob expiry expires expiration expected release released publish published publication due return returned refund refunded carrier limit signup registered registration register fulfilled cancelled canceled cancel deleted closed end ended finish valid until download downloaded first process processed launch launched lieferdatum liefer lieferung livraison entrega consegna geburt geburts versand naissance nacimiento 发货 出生 发布 配送 発売 退款",
  ],
  [
    "span",
    1,
    "duration spent length elapsed dwell hours minutes seconds playtime runtime ms millis span dauer duree since age days weeks dow hour minute second month year week zone timezone offset",
  ],
  // How much.
  [
    "rating",
    1,
    "rating ratings rate bewertung bewertungen beoordeling evaluation avaliacao valutazione calificacion puntuacion punteggio valoracion 评分 評分 評価 打分 レーティング",
  ],
  ["rating", 0.95, "stars star overall sterne etoiles estrellas stelle estrelas sterren 星 星级"],
  ["rating", 0.8, "score scores grade punkte cijfer nota voto preference pref スコア"],
  ["rating", 0.4, "note vote r feedback"],
  [
    "event",
    0.95,
    "event events action actions behavior behaviour feedback interaction activity ereignis aktion evento accion azione acao evenement gebeurtenis 行为 行為 动作 動作 事件 イベント 行動",
  ],
  ["type", 1, "type types typ kind tipo 类型 類型 種別 タイプ"],
  [
    "quantity",
    1,
    "quantity qty menge anzahl quantite cantidad quantita quantidade aantal stuckzahl stueckzahl qte cant 数量 個数 点数 件数",
  ],
  ["quantity", 0.9, "plays playcount playcounts units listens scrobbles"],
  ["quantity", 0.55, "num"],
  ["quantity", 0.6, "count counts weight pieces pcs stuck"],
  // What is known of an item.
  [
    "name",
    1,
    "name names nom nombre nome naam bezeichnung designation denominacion denominazione libelle 名 名称 名稱 名前 品名",
  ],
  ["title", 1, "title titles titel titre titulo titolo headline caption タイトル 标题 標題 题名"],
  [
    "brand",
    1,
    "brand brands marke marken marque marca merk manufacturer hersteller fabricant fabricante fabbricante produttore fabrikant ブランド メーカー 品牌 厂商 生产商",
  ],
  ["brand", 0.8, "maker publisher developer studio verlag editeur editorial editore"],
  ["brand", 0.7, "vendor author autor auteur autore 作者 著者"],
  ["price", 1, "price prices preis prix precio prezzo preco prijs 価格 价格 價格 单价 单價 単価 售价 金额 値段"],
  ["price", 0.6, "cost msrp rrp"],
  [
    "category",
    1,
    "category categories kategorie kategorien categorie categoria categorias kategori cat cats genre genres genero generos generi カテゴリ カテゴリー ジャンル 类目 分类 分類 类别 類別",
  ],
  [
    "category",
    0.9,
    "warengruppe produktgruppe rubrique rayon rubrik taxonomy breadcrumb breadcrumbs subcategory produkttyp",
  ],
  ["category", 0.7, "class collection section kategoria"],
  ["category", 0.55, "tags topics topic"],
  ["main", 1, "main top primary haupt"],
  ["department", 0.9, "department abteilung"],
  [
    "description",
    1,
    "description descriptions desc beschreibung artikelbeschreibung descripcion descrizione descricao omschrijving 説明 描述 简介 介绍 詳細",
  ],
  ["description", 0.7, "overview synopsis plot abstract body about summary"],
  ["features", 1, "features feature bullets"],
  ["hidden", 1, "hidden"],
  // What a table numbers beside people and items: never whom or what.
  [
    "record",
    1,
    "billing row line zeile position pos unnamed record entry receipt basket cart checkout ticket bon seller sellers merchant store stores shop shops warehouse employee staff branch group parent campaign coupon promotion query search request address currency channel payer referrer tweet thread invoiceno ordernumber rechnungsnummer bestellnummer lager filiale magasin tienda negozio loja winkel driver creator uploader 店铺 店舗 卖家 行号 行 門店 门店",
  ],
  [
    "attribute",
    1,
    "city country state province region zip postcode postal land stadt ville ciudad pais paese gender sex status segment tier level language lang locale currency tax vat discount total subtotal sum average avg mean median min max helpful verified gesamt flag is has available availability instock inventory size color colour width height volume percent ratio pct share flags method source medium platform os version agent latitude longitude lat lon lng birthyear occupation income education surname firstname lastname vorname nachname prenom apellido cognome plz ort strasse telefonnummer favorite dislike likes 性别 城市 国家 年龄 状态",
  ],
  [
    "filler",
    1,
    "the of de du des del della do da der die das den von van la les los las di my our lineitem li billing dim raw src full ext external internal shopify woocommerce properties params context traits pseudo",
  ],
  [
    "filler",
    0.97,
    "path tree list seq hierarchy string level unit unitaire unitario regular retail base gross net brutto netto short long html detail details einzel stuckpreis current",
  ],
];

export const WORDS: ReadonlyMap<string, readonly Word[]> = wordsOf(TABLE);

function wordsOf(table: typeof TABLE): Map<string, Word[]> {
  const words = new Map<string, Word[]>();
  for (const [kind, weight, list] of table) {
    for (const text of list.split(" ")) {
      const known = words.get(text) ?? [];
      if (!known.some((word) => word.kind === kind)) words.set(text, [...known, { text, kind, weight }]);
    }
  }
  return words;
}
