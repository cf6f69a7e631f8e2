// The report's one style sheet. Blue stands for individual interest and orange for group interest, in text and figures.
import { PALETTE } from "../figures/palette.ts";

export const STYLES = `
:root {
  color-scheme: light dark;
  ${PALETTE.light} --warn: #8a6100; --fail: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    ${PALETTE.dark} --warn: #e0b450; --fail: #f2857d;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
main { max-width: 68rem; margin: 0 auto; padding: 3rem 1.25rem 4rem; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; }
h1 { font: 600 2.2rem/1.15 Georgia, "Iowan Old Style", "Times New Roman", serif; margin: .3rem 0 .8rem; }
h2 { font: 600 1.5rem/1.2 Georgia, "Iowan Old Style", "Times New Roman", serif; margin: 3.5rem 0 .8rem; }
h3 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
p { margin: .5rem 0; max-width: 44rem; }
a { color: var(--individual); }
.overline { color: var(--muted); font-size: .85rem; margin: 0; }
.lead { font-size: 1.1rem; }
.muted { color: var(--muted); }
.small { font-size: .875rem; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.5rem, 1fr)); gap: .75rem; margin: 1.5rem 0; padding: 0; }
.facts div { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .7rem .9rem; }
.facts dt { color: var(--muted); font-size: .85rem; }
.facts dd { margin: 0; font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
nav { font-size: .9rem; margin-top: 1rem; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; }
figure { margin: 1rem 0; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1rem .6rem; }
figure svg { display: block; height: auto; }
.plot { overflow-x: auto; }
.plot svg { min-width: 30rem; max-width: 54rem; }
figcaption { font-weight: 600; margin-bottom: .6rem; }
figcaption span { font-weight: 400; color: var(--muted); }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: 0 0 .5rem; padding: 0; font-size: .85rem; }
.legend li::before { content: ""; display: inline-block; width: .8rem; height: .6rem; margin-right: .4rem; border-radius: 2px; background: var(--swatch); }
.legend .dashed::before, .legend .dotted::before { height: 0; border-top: .25rem dashed var(--swatch); border-radius: 0; background: none; vertical-align: middle; }
.legend .dotted::before { border-top-style: dotted; }
summary { color: var(--individual); cursor: pointer; font-size: .92rem; }
.figures { display: grid; gap: 0 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .45rem .55rem; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--muted); font-weight: 500; font-size: .85rem; }
td.number, th.number { text-align: right; white-space: nowrap; }
td .interval { display: block; color: var(--muted); font-size: .72rem; font-weight: 400; }
tr.model td { background: var(--individual-soft); }
tr.model td:first-child { font-weight: 600; }
td .meta { font-weight: 400; }
td:first-child { min-width: 9rem; }
.best { font-weight: 700; }
.banner { border-left: 4px solid var(--warn); background: var(--card); padding: .7rem 1rem; margin: 1rem 0; }
.tag { display: inline-block; font-size: .78rem; border: 1px solid var(--line); border-radius: 1rem; padding: .05rem .6rem; color: var(--muted); white-space: nowrap; }
.tag.individual { color: var(--individual); border-color: currentColor; background: var(--individual-soft); }
.tag.group { color: var(--group); border-color: currentColor; background: var(--group-soft); }
.tag.next { color: var(--fourth); border-color: currentColor; }
.items { list-style: none; margin: .5rem 0; padding: 0; }
.history { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: .6rem; counter-reset: item; }
.history li { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .55rem .8rem; }
.title { font-weight: 600; }
.meta { display: block; color: var(--muted); font-size: .85rem; }
.recommendation { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.1rem; margin: .9rem 0; }
.recommendation header { display: flex; flex-wrap: wrap; gap: .3rem .8rem; align-items: baseline; }
.rank { font: 600 1.3rem Georgia, serif; color: var(--muted); min-width: 1.4rem; }
.evidence { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1rem; margin-top: .8rem; }
.evidence > div { border-left: 3px solid var(--line); padding-left: .8rem; font-size: .92rem; }
.evidence > .individual { border-color: var(--individual); }
.evidence > .group { border-color: var(--group); }
.evidence h4 { margin: 0 0 .3rem; font-size: .85rem; }
.evidence .individual h4 { color: var(--individual); }
.evidence .group h4 { color: var(--group); }
.evidence ul { margin: 0; padding-left: 1.1rem; }
.evidence li { margin: .25rem 0; }
.terms { margin-top: .6rem; }
.terms td:first-child { min-width: 6rem; font-weight: 600; }
.terms svg { display: block; }
.terms rect.for { fill: var(--individual); } .terms rect.against { fill: var(--group); }
.terms line { stroke: var(--muted); stroke-width: .6; }
.terms ul { margin: .2rem 0; padding-left: 1.1rem; }
.ok { color: var(--fourth); } .warn, .unknown { color: var(--warn); } .fail { color: var(--fail); }
.ok, .warn, .unknown, .fail { font-weight: 600; }
pre, code { font: .86rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .8rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
dl.plain { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; font-size: .92rem; }
dl.plain dt { color: var(--muted); } dl.plain dd { margin: 0; overflow-wrap: anywhere; }
@media (max-width: 40rem) { main { padding-top: 1.5rem; } h1 { font-size: 1.7rem; } dl.plain { grid-template-columns: 1fr; } }
@media print { main { max-width: none; } figure, .recommendation { break-inside: avoid; } nav { display: none; } }
`;
