/** The style of figures: the drawing, small multiples, rings and the claims that they mark, dots that move. */
import { SERIES_COLORS } from './palette.ts';
import { RUNNER_STYLE } from './runner.ts';

const seriesColors = SERIES_COLORS.map(({ dark }, index) => `.series-${index} { color: ${dark}; }`).join(
  '\n  ',
);

export const FIGURE_STYLE = `
figure { margin: 0; }
figcaption { margin-top: 0.5rem; max-width: 44rem; font-size: 0.92rem; color: var(--muted); }
.drawing { display: block; width: 100%; max-width: 38rem; height: auto; color: inherit; }
/* Small multiples: as many columns as fit, titles and frames of a row on one line. */
.entries { display: flex; flex-wrap: wrap; gap: 0.2rem 1.4rem; margin: 0 0 0.9rem; padding: 0; list-style: none; font-size: 0.82rem; }
.entries svg { vertical-align: -0.1em; margin-right: 0.2rem; }
.entries .remark { color: var(--muted); }
.panels { display: grid; gap: 1.4rem 1.5rem; }
.columns-2 { grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); }
.columns-3 { grid-template-columns: repeat(auto-fill, minmax(min(100%, 16rem), 1fr)); }
.panel { display: grid; grid-row: span 2; grid-template-rows: subgrid; row-gap: 0.3rem; }
.panel h4 { margin: 0; align-self: end; }
.panel .drawing { max-width: none; }

/* Claims and the points that decide them. */
html:has(.ring:target) { scroll-padding-top: 45vh; }
.claim { scroll-margin-top: 2rem; }
.claim:target { text-decoration: underline; text-decoration-color: var(--link); text-decoration-thickness: 2px; text-underline-offset: 4px; }
.claim-number { display: inline-block; margin-right: 0.15em; min-width: 1.5em; padding: 0 0.3em; border-radius: 1em; background: var(--ink); color: var(--paper); font-size: 0.78em; font-weight: 700; line-height: 1.5; text-align: center; }
.ring:target .hoop { stroke-width: 4; }
.shown { margin-top: 0.8rem; font-size: 0.88rem; }
.shown p { margin: 0; color: var(--muted); }
.shown ul, .open { margin: 0.2rem 0 0; padding: 0; list-style: none; max-width: 44rem; }
.shown li, .open li { margin: 0.35rem 0; }
.open .detail { display: block; }
.motion { display: none; }

@media screen and (prefers-color-scheme: dark) {
  ${seriesColors}
  .drawing .level { fill: #a9c4f0; stroke: #a9c4f0; }
  .color-bar .level { stroke: none; }
}
@media screen {
  .drawing .paper { fill: none; }
  .drawing .start { fill: var(--paper); }
  .drawing .halo, .drawing .label, .drawing .dot, .drawing .end, .drawing .disc { stroke: var(--paper); }
  .drawing .number { fill: var(--paper); }
}
${RUNNER_STYLE}
@media screen and (prefers-reduced-motion: no-preference) {
  .motion { display: inline-flex; align-items: center; gap: 0.4rem; margin-bottom: 0.5rem; font-size: 0.85rem; color: var(--muted); cursor: pointer; }
  .figure:has(.motion input:not(:checked)) .runner { display: none; }
}
@media print {
  .drawing { max-width: 100%; }
  .panels { gap: 0.8rem 1rem; }
  .figure figure, .panel { break-inside: avoid; }
}
`;
