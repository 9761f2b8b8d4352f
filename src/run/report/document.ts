/*
 * A report as data: what it says, before it becomes HTML, Markdown or lines of text. Texts may be hostile (names, what
 * Lean said); every renderer cleans and escapes all of them.
 */

export interface ReportDocument {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  /** Something nobody may overlook. */
  | { readonly kind: 'banner'; readonly text: string }
  /** Name and value, one pair a line. */
  | { readonly kind: 'facts'; readonly facts: readonly (readonly [name: string, value: string])[] }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly string[])[];
      /** Long: folded where the reader can unfold it. */
      readonly folded?: boolean;
    }
  | { readonly kind: 'code'; readonly caption: string; readonly text: string }
  | { readonly kind: 'chart'; readonly caption: string; readonly chart: Chart };

export interface Column {
  readonly title: string;
  readonly align?: 'right';
}

export type Chart = LineChart | RateChart | Histogram | ShareChart;

/** Steps: each value holds until the next point. */
export interface LineChart {
  readonly kind: 'line';
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly { readonly name: string; readonly points: readonly (readonly [x: number, y: number])[] }[];
}

export interface Axis {
  readonly label: string;
  /** How a value is written at the axis. */
  readonly say: (value: number) => string;
  /** Where the axis ends; it begins at 0. */
  readonly end: number;
}

/** Shares from 0 to 1 with their intervals. */
export interface RateChart {
  readonly kind: 'rates';
  readonly rows: readonly {
    readonly label: string;
    readonly rate: number;
    readonly low: number;
    readonly high: number;
    readonly note: string;
  }[];
}

export interface Histogram {
  readonly kind: 'histogram';
  readonly label: string;
  readonly bins: readonly { readonly label: string; readonly counts: readonly number[] }[];
  /** What is stacked in each bin, from below. */
  readonly series: readonly string[];
}

/** Parts of a whole. */
export interface ShareChart {
  readonly kind: 'shares';
  readonly parts: readonly { readonly label: string; readonly value: number; readonly note: string }[];
}
