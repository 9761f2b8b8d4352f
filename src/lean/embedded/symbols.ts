import type { readFileSync } from 'node:fs';

/** Finds the table index or address of a symbol; undefined when there is none. */
export type SymbolLookup = (name: string) => number | undefined;

export interface SymbolTable {
  /** Two independent 32-bit hashes of a name. */
  readonly hash: (name: string) => readonly [number, number];
  /** Opens a file that `symbolTableBytes` made; it is read at the first lookup. */
  readonly load: (file: string) => SymbolLookup;
}

/**
 * The `dlsym` table: three Uint32 columns (hash 1, hash 2, value), sorted by the hashes.
 * The source text of this function also becomes part of the prepared glue, where pthreads run it without us: it must not
 * use anything from outside itself.
 */
export function symbolTable(read: typeof readFileSync): SymbolTable {
  // A Lean declaration `Native.X` marked `@[extern]` reaches the compiled code of any `X`, private and specialised ones too.
  const native = /^l_(?:.*?_)?Native_/;
  const hash = (name: string): readonly [number, number] => {
    let a = 0x811c9dc5;
    let b = 0x9747b28c;
    for (let i = 0; i < name.length; i++) {
      const code = name.charCodeAt(i);
      a = Math.imul(a ^ code, 0x01000193);
      b = Math.imul(b ^ code, 0x5bd1e995);
      b ^= b >>> 15;
    }
    return [a >>> 0, b >>> 0];
  };
  const load = (file: string): SymbolLookup => {
    let columns: Uint32Array | undefined;
    const find: SymbolLookup = (name) => {
      if (!columns) {
        const bytes = read(file);
        columns = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
      }
      const rows = columns.length / 3;
      const [a, b] = hash(name);
      let low = 0;
      for (let high = rows; low < high; ) {
        const middle = (low + high) >>> 1;
        if (columns[middle]! < a) low = middle + 1;
        else high = middle;
      }
      for (; low < rows && columns[low] === a; low++) if (columns[rows + low] === b) return columns[2 * rows + low];
      return undefined;
    };
    return (name) => find(native.test(name) ? name.replace(native, 'l_') : name);
  };
  return { hash, load };
}

/** The file that `SymbolTable.load` reads. Throws when two names have the same hashes. */
export function symbolTableBytes(
  table: SymbolTable,
  symbols: readonly (readonly [name: string, value: number])[],
): Buffer {
  const rows = symbols.map(([name, value]) => [...table.hash(name), value] as const);
  rows.sort((x, y) => x[0] - y[0] || x[1] - y[1]);
  const columns = new Uint32Array(3 * rows.length);
  rows.forEach(([a, b, value], i) => {
    if (i > 0 && rows[i - 1]![0] === a && rows[i - 1]![1] === b)
      throw new Error('two symbols of lean.wasm have the same hashes');
    columns[i] = a;
    columns[rows.length + i] = b;
    columns[2 * rows.length + i] = value;
  });
  return Buffer.from(columns.buffer);
}
