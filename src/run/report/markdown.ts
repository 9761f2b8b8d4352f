import type { Block, Chart, ReportDocument } from './document.ts';
import { fenced, manyLines, markdown, oneLine } from './escape.ts';

/** The report as GitHub-flavoured Markdown. Charts are left to their tables: every figure of a chart stands in one. */
export function renderMarkdown({ title, blocks }: ReportDocument): string {
  const parts = blocks.flatMap((block) => renderBlock(block));
  return `${[`# ${line(title)}`, ...parts].join('\n\n')}\n`;
}

const line = (text: string): string => markdown(oneLine(text));

function renderBlock(block: Block): readonly string[] {
  switch (block.kind) {
    case 'heading':
      return [`## ${line(block.text)}`];
    case 'paragraph':
      return [line(block.text)];
    case 'banner':
      return [`> **${line(block.text)}**`];
    case 'facts':
      return [block.facts.map(([name, value]) => `- **${line(name)}:** ${line(value)}`).join('\n')];
    case 'table':
      return [...(block.caption === '' ? [] : [`**${line(block.caption)}**`]), table(block)];
    case 'code':
      return [...(block.caption === '' ? [] : [`**${line(block.caption)}**`]), fenced(manyLines(block.text), 'lean')];
    case 'chart':
      return chartRows(block.caption, block.chart);
  }
}

function table({ columns, rows }: Extract<Block, { kind: 'table' }>): string {
  const row = (cells: readonly string[]): string => `| ${cells.map(line).join(' | ')} |`;
  const rule = `| ${columns.map(({ align }) => (align === 'right' ? '---:' : '---')).join(' | ')} |`;
  return [row(columns.map(({ title }) => title)), rule, ...rows.map(row)].join('\n');
}

/** A histogram has no table of its own. */
function chartRows(caption: string, chart: Chart): readonly string[] {
  if (chart.kind !== 'histogram') return [];
  const { label, series, bins } = chart;
  const rows = bins.map((bin) => [bin.label, ...bin.counts.map(String)]);
  const columns = [{ title: label }, ...series.map((title) => ({ title, align: 'right' as const }))];
  return [`**${line(caption)}**`, table({ kind: 'table', caption: '', columns, rows })];
}
