import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaChart, lineChart } from '../../../views/text/chart.ts';

describe('a line chart', () => {
  it('draws a rising line from the lower left to the upper right', () => {
    expect(lineChart([0, 1, 2, 3], 4, [0, 3], true)).toEqual(['   *', '  * ', ' *  ', '*   ']);
  });

  it('joins neighbours where the curve is steep', () => {
    expect(lineChart([0, 3, 3], 4, [0, 3], true)).toEqual([' **', ' * ', ' * ', '*  ']);
  });

  it('draws a constant at the lower edge', () => {
    expect(lineChart([2, 2], 2, [2, 2], true)).toEqual(['  ', '**']);
  });

  it('marks something in every column, and has the size that was asked for', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        (points, rows, ascii) => {
          const lines = lineChart(points, rows, [Math.min(...points), Math.max(...points)], ascii);
          const columns = ascii ? points.length : Math.ceil(points.length / 2);
          expect(lines.map((line) => line.length)).toEqual(Array.from({ length: rows }, () => columns));
          for (let column = 0; column < columns; column++)
            expect(lines.some((line) => line[column] !== ' ')).toBe(true);
        },
      ),
      { seed: 1 },
    );
  });
});

describe('an area chart', () => {
  it('fills everything below the curve', () => {
    expect(areaChart([0, 3, 6], 2, 6, true)).toEqual(['  |', ' ||']);
  });
});
