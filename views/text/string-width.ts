import original from 'string-width';

/*
 * `string-width` with a fast path. Ink measures every line several times a frame, and on Lean text the original takes
 * 50 µs a line, a third of the frame. The bundle resolves `string-width` to this file everywhere but here, so Ink uses
 * it too; the tests hold it to the original's answers.
 */

type Options = Readonly<{ ambiguousIsNarrow?: boolean; countAnsiEscapeCodes?: boolean }>;

/**
 * Ranges whose signs are one cell wide whatever stands beside them (unless a mark or joiner follows, which is not in
 * the table and so goes to the original). Emoji and wide signs between them are left out.
 */
const narrowRanges: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0xa0, 0xac],
  [0xae, 0x2ff],
  [0x370, 0x377],
  [0x37a, 0x37f],
  [0x384, 0x38a],
  [0x38e, 0x3a1],
  [0x3a3, 0x482],
  [0x48a, 0x52f],
  [0x1d00, 0x1dbf],
  [0x1e00, 0x1eff],
  [0x2010, 0x2027],
  [0x2030, 0x205e],
  [0x2070, 0x2071],
  [0x2074, 0x208e],
  [0x2090, 0x209c],
  [0x20a0, 0x20c0],
  [0x2100, 0x218b],
  [0x2190, 0x2319],
  [0x231c, 0x2328],
  [0x232b, 0x23e8],
  [0x23ed, 0x23ef],
  [0x23f1, 0x23f2],
  [0x23f4, 0x2426],
  [0x2500, 0x25fc],
  [0x25ff, 0x2613],
  [0x2660, 0x266f],
  [0x2701, 0x2704],
  [0x2758, 0x2767],
  [0x27c0, 0x27ef],
  [0x27f0, 0x27ff],
  [0x2800, 0x2aff],
];

const oneCell: Uint8Array = buildTable();

function buildTable(): Uint8Array {
  const table = new Uint8Array(0x2b00);
  for (const [first, last] of narrowRanges) table.fill(1, first, last + 1);
  return table;
}

/** Cells that a text takes in the terminal: the same answer as `string-width` 8, sooner. */
export default function stringWidth(input: string, options?: Options): number {
  if (typeof input !== 'string') return 0;
  if (options?.ambiguousIsNarrow === false || options?.countAnsiEscapeCodes) return original(input, options);
  let cells = 0;
  for (let index = 0; index < input.length; index++) {
    const unit = input.charCodeAt(index);
    if (unit < 0x2b00 && oneCell[unit] === 1) {
      cells++;
    } else if (unit === 0x1b) {
      const end = colourSequenceEnd(input, index);
      if (end === -1) return original(input);
      index = end;
    } else {
      return original(input);
    }
  }
  return cells;
}

/** Index of the `m` that ends the colour sequence starting here, or -1 when it is anything else. */
function colourSequenceEnd(text: string, start: number): number {
  if (text.charCodeAt(start + 1) !== 0x5b) return -1;
  for (let index = start + 2; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 0x6d) return index;
    const isParameter = (unit >= 0x30 && unit <= 0x39) || unit === 0x3b;
    if (!isParameter) return -1;
  }
  return -1;
}
