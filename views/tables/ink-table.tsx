import * as module from 'ink-table';
import type { ComponentType } from 'react';

/** A row of a small static table: a text per column. */
export type TableRow = Readonly<Record<string, string>>;

interface TableProps {
  readonly data: readonly TableRow[];
  readonly columns: readonly string[];
  readonly padding?: number;
}

const found = module as { readonly default?: unknown };
const inner = found.default as { readonly default?: unknown } | undefined;

/**
 * ink-table, the one place that knows how it is packaged: it is CommonJS, so what an import gives depends on who bundled
 * it. For small tables that do not change; it measures by string length, does not cut, and draws a rule between all rows.
 */
export const Table = (inner?.default ?? inner ?? found) as ComponentType<TableProps>;
