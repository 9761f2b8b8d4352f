import type { Chart } from '../document.ts';
import { html } from '../escape.ts';
import { histogram } from './histogram.ts';
import { lineChart } from './line.ts';
import { rateChart } from './rates.ts';
import { shareChart } from './shares.ts';

export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly marks: string;
}

/** A chart as an SVG element for an HTML page; its colours come from the page. */
export function renderChart(chart: Chart, label: string): string {
  const { width, height, marks } = draw(chart);
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${html(label)}">${marks}</svg>`;
}

function draw(chart: Chart): Drawing {
  switch (chart.kind) {
    case 'line':
      return lineChart(chart);
    case 'rates':
      return rateChart(chart);
    case 'histogram':
      return histogram(chart);
    case 'shares':
      return shareChart(chart);
  }
}
