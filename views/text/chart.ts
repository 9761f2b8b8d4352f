/*
 * Line charts of signs: braille has 2 x 4 dots in a cell, ASCII one column of a bar in three heights.
 */

const dots = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
] as const;
const asciiHeights = [' ', '.', ':', '|'];

/** Points of a chart in one row of cells. */
export function pointsPerCell(ascii: boolean): number {
  return ascii ? 1 : 2;
}

/**
 * The area under a curve, from the top line down. `points` holds `pointsPerCell` values for each cell of its width;
 * `highest` is the value at the upper edge.
 */
export function areaChart(points: readonly number[], rows: number, highest: number, ascii: boolean): readonly string[] {
  const steps = ascii ? 3 : 4;
  const levels = points.map((value) => (highest <= 0 ? 0 : Math.round((value / highest) * rows * steps)));
  return Array.from({ length: rows }, (_, row) => {
    const below = (rows - 1 - row) * steps;
    return ascii ? asciiRow(levels, below) : brailleRow(levels, below);
  });
}

/**
 * A curve as a line, from the top line down; `low` and `high` are the values at the lower and the upper edge. Neighbours
 * are joined, so that steep parts stay visible.
 */
export function lineChart(
  points: readonly number[],
  rows: number,
  [low, high]: readonly [number, number],
  ascii: boolean,
): readonly string[] {
  const steps = ascii ? 1 : 4;
  const top = rows * steps - 1;
  const levels = points.map((value) => (high <= low ? 0 : Math.round(((value - low) / (high - low)) * top)));
  const marked = levels.map((level, i) => {
    const before = levels[i - 1] ?? level;
    return [Math.min(level, before < level ? before + 1 : level), Math.max(level, before > level ? before - 1 : level)];
  });
  return Array.from({ length: rows }, (_, row) => {
    const below = (rows - 1 - row) * steps;
    const isMarked = (point: number, level: number): boolean => {
      const [from = 1, to = 0] = marked[point] ?? [];
      return level >= from && level <= to;
    };
    if (ascii) return points.map((_value, point) => (isMarked(point, below) ? '*' : ' ')).join('');
    return Array.from({ length: Math.ceil(points.length / 2) }, (_cell, cell) => {
      let bits = 0;
      for (const side of [0, 1] as const)
        for (let dot = 0; dot < 4; dot++) if (isMarked(cell * 2 + side, below + dot)) bits |= dots[3 - dot]![side];
      return bits === 0 ? ' ' : String.fromCharCode(0x2800 + bits);
    }).join('');
  });
}

function asciiRow(levels: readonly number[], below: number): string {
  return levels.map((level) => asciiHeights[Math.max(0, Math.min(3, level - below))]!).join('');
}

function brailleRow(levels: readonly number[], below: number): string {
  let text = '';
  for (let cell = 0; cell * 2 < levels.length; cell++) {
    let bits = 0;
    for (const side of [0, 1] as const) {
      const height = (levels[cell * 2 + side] ?? 0) - below;
      for (let dot = 0; dot < Math.min(4, height); dot++) bits |= dots[3 - dot]![side];
    }
    text += bits === 0 ? ' ' : String.fromCharCode(0x2800 + bits);
  }
  return text;
}
