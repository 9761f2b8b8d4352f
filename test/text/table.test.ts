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

test('cells from files do not reach the terminal as they are', () => {
  const hostile = { columns: [{ title: 'a\u001B[5mb' }], rows: [['x\u001B]0;T\u0007y\nz\u202E']] };
  expect(plainTable(hostile)).toEqual(['ab', 'xy ⏎ z']);
  expect(markdownTable(hostile)).toEqual(['| ab |', '|---|', '| xy z |']);
});

test('CSV quotes commas and quotes', () => {
  expect(csvTable(table)).toEqual(['name,n', '⊢ p | q,7', '日本,12', '"a ""b"", c",']);
});
