// Public data of shops: Retailrocket, Diginetica (CIKM Cup 2016), H&M (Kaggle 2022) and Instacart (2017).
import type { PublicFormat } from "./public-format.ts";

export const RETAILROCKET: PublicFormat = [
  {
    title: "Retailrocket",
    interactions: {
      files: { events: { name: /^events\.csv$/i, firstLine: /^\W*timestamp,visitorid,event,itemid,transactionid/i } },
    },
    items: {
      files: {
        properties: { name: /^item_properties_part1(\.1)?\.csv$/i, firstLine: /^\W*timestamp,itemid,property,value/i },
        more: { name: /^item_properties_part2\.csv$/i, isOptional: true },
      },
      made: {
        columns: ["timestamp", "itemid", "property", "value"],
        sql: ({ properties, more }) => {
          const rows = (table: string) => `SELECT "timestamp", itemid, property, "value" FROM ${table}`;
          const all = [properties, more].filter((table) => table !== undefined).map((table) => rows(table));
          // All other properties are hashed, as are most values.
          return `SELECT * FROM (${all.join(" UNION ALL ")}) WHERE property IN ('categoryid', 'available')`;
        },
      },
    },
    options: {
      user: "visitorid",
      item: "itemid",
      timestamp: "timestamp",
      timeFormat: "unix-ms",
      event: "event",
      itemsId: "itemid",
    },
  },
];

export const DIGINETICA: PublicFormat = [
  {
    title: "Diginetica",
    interactions: {
      files: {
        views: {
          name: /^train-item-views\.csv$/i,
          firstLine: /^\W*session_?id;user_?id;item_?id;timeframe;eventdate/i,
          delimiter: ";",
          columns: ["session_id", "user_id", "item_id", "timeframe", "eventdate"],
        },
      },
      made: {
        columns: ["session_id", "user_id", "item_id", "moment"],
        // The day of the session, and milliseconds since its beginning.
        sql: ({ views }) => `SELECT session_id, user_id, item_id,
          (epoch(TRY_CAST(eventdate AS TIMESTAMP)) + coalesce(TRY_CAST(timeframe AS DOUBLE), 0) / 1000)::VARCHAR AS moment
          FROM ${views} WHERE lower(item_id) NOT IN ('itemid', 'item_id')`,
      },
    },
    items: {
      files: {
        categories: {
          name: /^product-categories\.csv$/i,
          firstLine: /^\W*item_?id;category_?id/i,
          delimiter: ";",
        },
      },
      made: {
        columns: ["item_id", "category"],
        sql: ({ categories }) => `SELECT columns('(?i)^item_?id$') AS item_id, columns('(?i)^category_?id$') AS category
          FROM ${categories}`,
      },
    },
    options: {
      user: "session_id",
      item: "item_id",
      timestamp: "moment",
      timeFormat: "unix",
      categories: "category",
      itemsId: "item_id",
    },
    notes: ["Histories are sessions, as most views have no user; --user user_id takes people instead."],
  },
];

export const HM: PublicFormat = [
  {
    title: "H&M",
    interactions: {
      files: {
        transactions: { name: /^transactions_train\.csv$/i, firstLine: /^\W*t_dat,customer_id,article_id,price/i },
      },
    },
    items: {
      files: { articles: { name: /^articles\.csv$/i, firstLine: /^\W*article_id,product_code,prod_name,/i } },
      made: {
        columns: ["article_id", "prod_name", "categories", "colour_group_name", "detail_desc"],
        sql: ({ articles }) => `SELECT article_id, prod_name, colour_group_name, detail_desc,
          concat_ws(' > ', index_group_name, product_group_name, product_type_name) AS categories FROM ${articles}`,
      },
    },
    users: { files: { customers: { name: /^customers\.csv$/i, firstLine: /^\W*customer_id,/i } } },
    options: {
      user: "customer_id",
      item: "article_id",
      timestamp: "t_dat",
      title: "prod_name",
      description: "detail_desc",
      categories: "categories",
      categorySeparator: ">",
      itemsId: "article_id",
      usersId: "customer_id",
    },
  },
];

export const INSTACART: PublicFormat = [
  {
    title: "Instacart",
    interactions: {
      files: {
        prior: { name: /^order_products__prior\.csv$/i, firstLine: /^\W*order_id,product_id,add_to_cart_order/i },
        train: { name: /^order_products__train\.csv$/i, isOptional: true },
        orders: { name: /^orders\.csv$/i, firstLine: /^\W*order_id,user_id,eval_set,order_number/i },
      },
      made: {
        columns: ["user_id", "product_id", "moment"],
        sql: ({ prior, train, orders }) => {
          const rows = (table: string) => `SELECT order_id, product_id, add_to_cart_order FROM ${table}`;
          const products = [prior, train].filter((table) => table !== undefined).map((table) => rows(table));
          // The data know days since the order before, hours of the day, and places in the cart, and no date.
          return `SELECT user_id, product_id, (1483228800 + 86400 * day + 3600 * hour + place)::BIGINT::VARCHAR AS moment
            FROM (SELECT order_id, user_id, coalesce(TRY_CAST(order_hour_of_day AS DOUBLE), 0) AS hour,
              sum(coalesce(TRY_CAST(days_since_prior_order AS DOUBLE), 0))
                OVER (PARTITION BY user_id ORDER BY TRY_CAST(order_number AS BIGINT)) AS day FROM ${orders})
            JOIN (SELECT order_id, product_id, TRY_CAST(add_to_cart_order AS BIGINT) AS place
              FROM (${products.join(" UNION ALL ")})) USING (order_id)`;
        },
      },
    },
    items: {
      files: {
        products: { name: /^products\.csv$/i, firstLine: /^\W*product_id,product_name,aisle_id,department_id/i },
        aisles: { name: /^aisles\.csv$/i, firstLine: /^\W*aisle_id,aisle/i },
        departments: { name: /^departments\.csv$/i, firstLine: /^\W*department_id,department/i },
      },
      made: {
        columns: ["product_id", "product_name", "categories"],
        sql: ({ products, aisles, departments }) => `SELECT product_id, product_name,
          concat_ws(' > ', department, aisle) AS categories FROM ${products}
          LEFT JOIN ${aisles} USING (aisle_id) LEFT JOIN ${departments} USING (department_id)`,
      },
    },
    options: {
      user: "user_id",
      item: "product_id",
      timestamp: "moment",
      timeFormat: "unix",
      title: "product_name",
      categories: "categories",
      categorySeparator: ">",
      itemsId: "product_id",
    },
    notes: ["The data have no dates: times count from each user's first order, set to 2017-01-01."],
  },
];
