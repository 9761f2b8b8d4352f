/** The look of a report: light or dark as the reader's system is, and plain on paper. Colours are Okabe and Ito's. */
export const reportStyle = `
:root { color-scheme: light dark; --ink: #1a1a1a; --dim: #5c5c5c; --ground: #fff; --line: #d4d4d4; --soft: #f4f4f4;
  --c0: #0072b2; --c1: #d55e00; --c2: #009e73; --c3: #cc79a7; --c4: #e69f00; --c5: #56b4e9; --bad: #b34700; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --dim: #a3a3a3; --ground: #161616; --line: #3d3d3d;
  --soft: #222; --c0: #56b4e9; --c1: #e98a4b; --c2: #35c49b; --c3: #dd9fc2; --c4: #f0b940; --c5: #0072b2; --bad: #e98a4b; } }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2.2rem; border-bottom: 1px solid var(--line); }
.banner { border: 2px solid var(--bad); border-left-width: .6rem; padding: .6rem 1rem; font-weight: 600; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; }
dt { color: var(--dim); } dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 1.2rem 0; } figcaption, summary { color: var(--dim); margin-bottom: .3rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .15rem .7rem .15rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
td { overflow-wrap: anywhere; } .number { text-align: right; }
pre { background: var(--soft); padding: .7rem; overflow-x: auto; font: 13px/1.45 ui-monospace, monospace; }
svg { width: 100%; height: auto; max-width: 46rem; font: 12px system-ui, sans-serif; }
svg text { fill: var(--ink); } svg .dim { fill: var(--dim); } svg .axis { stroke: var(--dim); fill: none; }
svg .grid { stroke: var(--line); fill: none; } svg .whisker { stroke: var(--ink); stroke-width: 1.5; fill: none; }
@media print { main { max-width: none; } details { display: block; } pre { white-space: pre-wrap; } }
`;
