/** The style sheet of a report: one column of text, figures that follow light and dark, tables that scroll on a phone. */
import { FIGURE_STYLE } from './figure-css.ts';

export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1f2429; --muted: #5a646e; --rule: #dfe3e8; --shade: #00000026; --link: #005a91;
  --held: #00684e; --held-tint: #e3f4ed; --not-held: #a63c00; --not-held-tint: #fcece2;
  --undecided: #6b5600; --undecided-tint: #faf2d7;
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 2.5rem 1.5rem 5rem; max-width: 58rem;
  background: var(--paper); color: var(--ink);
  font: 1rem/1.6 system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, 'Noto Sans CJK SC', 'PingFang SC',
    'Microsoft YaHei', sans-serif;
  overflow-wrap: break-word;
}
h1 { margin: 0; font-size: 0.85rem; font-weight: 600; letter-spacing: 0.04em; color: var(--muted); }
h2 { margin: 0.2rem 0 1rem; font-size: 1.9rem; line-height: 1.25; font-weight: 650; letter-spacing: -0.01em; text-wrap: balance; }
h3 { margin: 3rem 0 0.9rem; font-size: 1.15rem; line-height: 1.4; font-weight: 650; text-wrap: balance; }
h4 { margin: 1rem 0 0.3rem; font-size: 0.92rem; line-height: 1.35; font-weight: 600; text-wrap: balance; }
p { margin: 0 0 0.8rem; max-width: 44rem; }
a { color: var(--link); }
code { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace; font-size: 0.88em; }
header { padding-bottom: 0.8rem; border-bottom: 1px solid var(--rule); }
article { padding-top: 2.2rem; }
article + article { margin-top: 4rem; border-top: 1px solid var(--rule); }
.overline { margin: 0; font-size: 0.9rem; color: var(--muted); }
.summary { font-size: 1.08rem; }
.note, .detail { font-size: 0.85rem; color: var(--muted); }
.note { margin-top: 0.6rem; }
.detail { margin: 0.15rem 0 0; }
.warning { color: var(--not-held); }
.quick { padding: 0.6rem 0.9rem; border-left: 3px solid var(--undecided); background: var(--undecided-tint); color: var(--undecided); }

.scroll {
  overflow-x: auto;
  background:
    linear-gradient(to right, var(--paper) 40%, transparent) left / 3rem 100% no-repeat local,
    linear-gradient(to left, var(--paper) 40%, transparent) right / 3rem 100% no-repeat local,
    linear-gradient(to right, var(--shade), transparent) left / 0.9rem 100% no-repeat scroll,
    linear-gradient(to left, var(--shade), transparent) right / 0.9rem 100% no-repeat scroll;
}
table { width: 100%; border-collapse: collapse; font-size: 0.92rem; line-height: 1.45; font-variant-numeric: tabular-nums lining-nums; }
th { padding: 0.4rem 1.1rem 0.4rem 0; font-size: 0.82rem; font-weight: 600; color: var(--muted); text-align: left; vertical-align: bottom; border-bottom: 1.5px solid var(--ink); }
td { padding: 0.5rem 1.1rem 0.5rem 0; vertical-align: top; border-bottom: 1px solid var(--rule); }
th:last-child, td:last-child { padding-right: 0; }
.number { text-align: right; white-space: nowrap; }
td p { margin: 0; }
.verdicts td { padding-top: 0.9rem; padding-bottom: 0.9rem; }
.verdicts td:nth-child(2) { min-width: 14rem; }
.verdicts td:nth-child(4) { min-width: 6.5rem; }
.verdicts td:nth-child(5) { min-width: 9rem; }
.measured { white-space: nowrap; }
.status { display: inline-block; padding: 0.05rem 0.6rem; border-radius: 1rem; font-size: 0.85rem; font-weight: 600; white-space: nowrap; }
.held { color: var(--held); background: var(--held-tint); }
.not-held { color: var(--not-held); background: var(--not-held-tint); }
.undecided { color: var(--undecided); background: var(--undecided-tint); }

.strip { display: block; margin-top: 0.5rem; font-size: 11px; fill: var(--muted); overflow: visible; }
.strip .region { fill: var(--held); opacity: 0.13; }
.strip .axis { stroke: var(--rule); stroke-width: 1.5; }
.strip .threshold { stroke: var(--ink); stroke-dasharray: 3 2; }
.strip .arm { color: var(--ink); }
.strip .control { color: var(--muted); }
.strip .seed { fill: currentColor; opacity: 0.5; }
.strip .interval { stroke: currentColor; stroke-width: 2; }
.strip .estimate { fill: currentColor; }
.strip .control .estimate { fill: var(--paper); stroke: currentColor; stroke-width: 1.5; }

/* The cover and the ways through a book. */
.cover { padding-top: 2.2rem; }
.tally svg { display: block; width: 100%; max-width: 44rem; height: 0.7rem; margin-bottom: 0.6rem; border-radius: 0.35rem; }
.bar { fill: currentColor; }
.cells { display: flex; flex-wrap: wrap; gap: 3px; min-width: 6rem; }
.cell { width: 1.5rem; border-radius: 3px; font-weight: 700; text-align: center; text-decoration: none; }
.book td:nth-child(2) { min-width: 11rem; }
.book tr:last-child td { border-top: 1.5px solid var(--ink); border-bottom: 0; font-weight: 600; }
.turn { display: grid; grid-template-columns: 1fr auto 1fr; gap: 1.5rem; margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--rule); font-size: 0.92rem; }
.turn span { display: block; color: var(--muted); font-size: 0.82rem; }
.turn .next { text-align: right; }
details { margin-top: 0.7rem; }
summary { font-size: 0.88rem; color: var(--link); cursor: pointer; }
details .scroll { margin-top: 0.6rem; max-height: 24rem; overflow-y: auto; }
details table { width: auto; min-width: 24rem; }
details td { padding-top: 0.2rem; padding-bottom: 0.2rem; }
details thead th { position: sticky; top: 0; background: var(--paper); }
.setup { margin-top: 3.5rem; border-top: 1px solid var(--rule); }
.setup h3 { margin-top: 2rem; font-size: 1rem; }
.compact, .setup table { width: auto; min-width: 24rem; }
.compact th:not(:last-child), .compact td:not(:last-child) { padding-right: 2rem; }
.pairs { margin: 0; max-width: 44rem; font-size: 0.92rem; }
.pairs div { display: flex; gap: 1rem; padding: 0.3rem 0; border-bottom: 1px solid var(--rule); }
.pairs dt { flex: 0 0 9rem; color: var(--muted); }
.pairs dd { flex: 1; margin: 0; min-width: 0; }

@media screen and (max-width: 46rem) {
  body { padding: 1.5rem 1rem 3rem; }
  h2 { font-size: 1.5rem; }
}
@media screen and (max-width: 56rem) {
  .verdicts, .verdicts tbody, .verdicts tr, .verdicts td { display: block; }
  .verdicts thead { display: none; }
  .verdicts tr { padding: 0.9rem 0; border-top: 1px solid var(--rule); }
  .verdicts td { padding: 0.3rem 0; border: 0; }
  .verdicts td:nth-child(n + 3)::before { content: attr(data-label); display: block; font-size: 0.8rem; font-weight: 600; color: var(--muted); }
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #15181b; --ink: #e3e7eb; --muted: #9ba5af; --rule: #2f363c; --shade: #ffffff33; --link: #7cc4f2;
    --held: #5fd6ae; --held-tint: #12352b; --not-held: #ffab7a; --not-held-tint: #40240f;
    --undecided: #ecd06f; --undecided-tint: #37300f;
  }
}
@media print {
  html { font-size: 12px; }
  body { max-width: none; padding: 0; }
  .strip { width: 150px; height: auto; }
  details, .turn { display: none; }
  .cover ~ article { margin-top: 0; border-top: 0; break-before: page; }
  .shown, .verdicts tr, .pairs div { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; }
  table, .compact, .setup table { width: 100%; min-width: 0; font-size: 0.75rem; }
  th { font-size: 0.7rem; }
  th, td, .compact th:not(:last-child), .compact td:not(:last-child) { padding-right: 0.7em; white-space: normal; overflow-wrap: anywhere; }
  td:first-child code, .number strong, .status { white-space: nowrap; }
  .verdicts td:nth-child(n) { min-width: 0; }
}
${FIGURE_STYLE}`;
