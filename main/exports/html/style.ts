/** How a report looks, in light and dark and on paper. It has no other parts than this: no font, no picture. */
export const STYLE = `
:root { color-scheme: light dark; --bg: #fff; --soft: #f5f6f8; --line: #d8dce2; --text: #15181c; --dim: #5b646f;
  --accent: #3352cc; --red: #b3261e; --green: #176b2d; --yellow: #855400; --blue: #0b62a8; --cyan: #0a6868; --screen: #fbfbfc; }
@media (prefers-color-scheme: dark) { :root { --bg: #101317; --soft: #161a1f; --line: #2a3038; --text: #e7eaee;
  --dim: #909aa5; --accent: #8aa8ff; --red: #ff8178; --green: #63c57e; --yellow: #e2aa45; --blue: #62b5f0; --cyan: #52c5bf;
  --screen: #0c0f12; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 24px; max-width: 1200px; background: var(--bg); color: var(--text);
  font: 14px/1.5 system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 22px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 40px 0 8px; border-top: 2px solid var(--line); padding-top: 20px; }
h3 { font-size: 14px; margin: 20px 0 6px; } p { margin: 4px 0; } a { color: var(--accent); }
.dim, dt, th, .none { color: var(--dim); } .mono, code, pre, td.sql { font-family: ui-monospace, 'JetBrains Mono', 'DejaVu Sans Mono', monospace; font-size: 12px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 8px 0; } dd { margin: 0; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 12px; }
th { text-align: left; font-weight: 600; } th, td { padding: 3px 10px 3px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } td.t { white-space: nowrap; }
.narrative p, .narrative pre, .narrative ul, .narrative ol { margin: 8px 0; } .narrative pre { white-space: pre-wrap; }
.narrative blockquote { margin: 8px 0; border-left: 2px solid var(--line); padding-left: 12px; color: var(--dim); } h4 { font-size: 13px; margin: 14px 0 4px; } hr { border: 0; border-top: 1px solid var(--line); }
td.sql { white-space: pre-wrap; min-width: 280px; width: 50%; } .small { font-size: 12px; }
.bad { color: var(--red); } .good { color: var(--green); } .warn { color: var(--yellow); } .mask { color: var(--cyan); }
.notes { background: var(--soft); border: 1px solid var(--line); border-radius: 4px; padding: 8px 12px; margin: 12px 0; }
.notes ul { margin: 4px 0; padding-left: 18px; }
.replay { border: 1px solid var(--line); border-radius: 4px; margin: 8px 0; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 6px; padding: 6px 8px; background: var(--soft); border-bottom: 1px solid var(--line); }
.bar button, .bar select { font: inherit; font-size: 12px; color: var(--text); background: var(--bg); border: 1px solid var(--line); border-radius: 4px; padding: 2px 9px; cursor: pointer; }
.bar button:focus-visible, .bar input:focus-visible, .bar select:focus-visible, .replay:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.track { position: relative; flex: 1 1 200px; min-width: 160px; } .track input { width: 100%; margin: 0; display: block; accent-color: var(--accent); }
.ticks { position: relative; height: 6px; margin: 0 8px; } .ticks i { position: absolute; width: 2px; height: 6px; background: var(--dim); } .ticks i.error { background: var(--red); } .ticks i.decision { background: var(--yellow); }
.clock { font-variant-numeric: tabular-nums; font-size: 12px; color: var(--dim); min-width: 12ch; text-align: right; }
.screen { margin: 0; padding: 10px 12px; background: var(--screen); max-height: 60vh; overflow: auto; white-space: pre; line-height: 1.35; overflow-wrap: normal; }
.screen .now { background: color-mix(in srgb, var(--accent) 14%, transparent); }
.b { font-weight: 700; } .i { background: var(--text); color: var(--bg); }
.c31, .c91 { color: var(--red); } .c32, .c92 { color: var(--green); } .c33, .c93 { color: var(--yellow); }
.c34, .c94 { color: var(--blue); } .c35, .c95 { color: var(--accent); } .c36, .c96 { color: var(--cyan); } .c30, .c90, .c37, .c97 { color: var(--dim); }
tr.go { cursor: pointer; } tr.go:hover td { background: var(--soft); }
footer { margin-top: 40px; border-top: 1px solid var(--line); padding-top: 8px; }
@media print { :root { color-scheme: light; --bg: #fff; --soft: #fff; --text: #000; --screen: #fff; } body { max-width: none; padding: 0; font-size: 10pt; }
  .bar { display: none; } .screen { max-height: none; overflow: visible; white-space: pre-wrap; font-size: 7.5pt; }
  .screen [hidden] { display: inline !important; } .screen .now { background: none; } h2 { break-after: avoid; } tr { break-inside: avoid; } }
`;
