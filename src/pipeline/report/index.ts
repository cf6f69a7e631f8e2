// The front door of the HTML report.

export { CHAIN_STYLES, chainCards, WRITTEN } from "./chain-cards.ts";
export { interestChart } from "./charts.ts";
export { html, Markup } from "./html.ts";
export { renderReport } from "./report.ts";
export type * from "./report-data.ts";
export { STYLES } from "./styles.ts";
