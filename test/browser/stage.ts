// What the cases of this folder share: training, serving and starting a browser take longer than all of them.
import type { ServedShop } from "../support/served-shop.ts";
import type { Look, Watched } from "../support/watched-page.ts";

export interface Stage {
  readonly shop: ServedShop;
  readonly open: (path: string, look?: Look) => Promise<Watched>;
}
