import { expect, test } from 'vitest';
import { csvTable, markdownTable, plainTable } from '../../src/text/table.ts';

const table = {
  columns: [{ title: 'name' }, { title: 'n', align: 'right' as const }],
  rows: [
    ['⊢ p | q', '7'],
    ['日本', '12'],
    ['a "b", c', ''],
  ],
};

test('columns are as wide as their widest cell on the screen', () => {
  expect(plainTable(table)).toEqual(['name       n', '⊢ p | q    7', '日本      12', 'a "b", c']);
});

test('Markdown escapes bars', () => {
  expect(markdownTable(table).slice(0, 3)).toEqual(['| name | n |', '|---|---:|', '| ⊢ p \\| q | 7 |']);
});

test('CSV quotes commas and quotes', () => {
  expect(csvTable(table)).toEqual(['name,n', '⊢ p | q,7', '日本,12', '"a ""b"", c",']);
});
