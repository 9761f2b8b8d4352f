import type { Table } from '../text/table.ts';
import type { ProviderFigures } from './by-provider.ts';

/** The success of providers side by side. */
export function providerTable(figures: readonly ProviderFigures[]): Table {
  return {
    columns: [
      { title: 'provider' },
      ...['proposed', 'unusable', 'unique', 'tried', 'applied', 'on proof'].map(
        (title) => ({ title, align: 'right' }) as const,
      ),
    ],
    rows: figures.map((one) => [
      one.provider,
      ...[one.proposed, one.unusable, one.unique, one.tried, one.applied, one.onProof].map(String),
    ]),
  };
}
