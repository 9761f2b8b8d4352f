import { expect, test } from 'vitest';
import { addProviderFigures, type ProviderFigures } from '../../src/search/by-provider.ts';
import { fewCandidates } from '../../src/search/few-candidates.ts';
import { providerTable } from '../../src/search/provider-table.ts';
import { plainTable } from '../../src/text/table.ts';

const figures = (provider: string, n: number): ProviderFigures => ({
  provider,
  proposed: 4 * n,
  unusable: n,
  unique: 3 * n,
  tried: 2 * n,
  applied: n,
  onProof: n,
});

test('tables of several searches add up, each provider in a row of its own', () => {
  const sum = addProviderFigures([figures('a', 1)], [figures('b', 2), figures('a', 10)]);
  expect(sum).toEqual([figures('a', 11), figures('b', 2)]);
  expect(plainTable(providerTable(sum))).toEqual([
    'provider  proposed  unusable  unique  tried  applied  on proof',
    'a               44        11      33     22       11        11',
    'b                8         2       6      4        2         2',
  ]);
});

test('too few different candidates are said after a while, and not of the built-in rules', () => {
  const settings = { strategy: 'best-first' as const, temperature: 0.6, num_candidates: 8 };
  expect(fewCandidates('sglang', { sum: 60, count: 20 }, settings)).toBe(
    'only 3.0 different candidates for each expansion so far: raise the temperature (now 0.6) or --num-candidates (now 8)',
  );
  expect(fewCandidates('sglang', { sum: 57, count: 19 }, settings)).toBeNull();
  expect(fewCandidates('sglang', { sum: 80, count: 20 }, settings)).toBeNull();
  expect(fewCandidates('heuristic', { sum: 20, count: 20 }, settings)).toBeNull();
});
