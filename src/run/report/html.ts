import { renderChart } from './charts/render.ts';
import type { Block, ReportDocument } from './document.ts';
import { html, manyLines, oneLine } from './escape.ts';
import { reportStyle } from './style.ts';

const text = (raw: string): string => html(oneLine(raw));

/** The report as one page that needs nothing else: no script, no font, no picture from anywhere. */
export function renderHtml({ title, blocks }: ReportDocument): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(title)}</title>
<style>${reportStyle}</style>
</head>
<body>
<main>
<h1>${text(title)}</h1>
${blocks.map(renderBlock).join('\n')}
</main>
</body>
</html>
`;
}

function renderBlock(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return `<h2>${text(block.text)}</h2>`;
    case 'paragraph':
      return `<p>${text(block.text)}</p>`;
    case 'banner':
      return `<p class="banner" role="alert">${text(block.text)}</p>`;
    case 'facts':
      return `<dl>${block.facts.map(([name, value]) => `<dt>${text(name)}</dt><dd>${text(value)}</dd>`).join('')}</dl>`;
    case 'table':
      return renderTable(block);
    case 'code':
      return `<figure>${caption(block.caption)}<pre><code>${html(manyLines(block.text))}</code></pre></figure>`;
    case 'chart':
      return `<figure>${caption(block.caption)}${renderChart(block.chart, oneLine(block.caption))}</figure>`;
  }
}

const caption = (raw: string): string => (raw === '' ? '' : `<figcaption>${text(raw)}</figcaption>`);

function renderTable({ caption: title, columns, rows, folded }: Extract<Block, { kind: 'table' }>): string {
  const classes = columns.map(({ align }) => (align === 'right' ? ' class="number"' : ''));
  const head = columns.map((column, i) => `<th scope="col"${classes[i]}>${text(column.title)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell, i) => `<td${classes[i]}>${text(cell)}</td>`).join('')}</tr>`);
  const table = `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`;
  if (!folded) return `<figure>${caption(title)}${table}</figure>`;
  return `<details><summary>${text(title)} (${rows.length})</summary>${table}</details>`;
}
