import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slimGlue } from '../../../src/lean/embedded/slim-glue.ts';
import { slimWasm } from '../../../src/lean/embedded/slim-wasm.ts';
import { symbolTable, symbolTableBytes } from '../../../src/lean/embedded/symbols.ts';
import { tarFiles } from '../../../src/lean/embedded/tar.ts';
import { Reader, signedLeb, unsignedLeb } from '../../../src/lean/embedded/wasm-binary.ts';
import { temporaryFolder } from './fixtures/temporary.ts';

describe('LEB128', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31 - 1), (n) => new Reader(Buffer.from(unsignedLeb(n))).u32() === n),
      { seed: 1 },
    );
    fc.assert(
      fc.property(fc.integer(), (n) => new Reader(Buffer.from(signedLeb(n))).s32() === n),
      { seed: 1 },
    );
  });
});

describe('the symbol table', () => {
  it('finds every symbol, also through its Native name, and no other', () => {
    const table = symbolTable(readFileSync);
    const symbols = Array.from({ length: 500 }, (_, i) => [`l_Lean_Thing_${i}`, i * 3] as const);
    const file = join(temporaryFolder(), 'symbols.bin');
    writeFileSync(file, symbolTableBytes(table, symbols));
    const find = table.load(file);
    expect(symbols.every(([name, value]) => find(name) === value)).toBe(true);
    expect(find('l_Proofdeck_Native_Lean_Thing_7')).toBe(21);
    expect(find('l_Lean_Nothing')).toBeUndefined();
  });
});

describe('a package of another layout', () => {
  it('is refused with the text that is not found', () => {
    expect(() => slimGlue('var x;')).toThrow(/not laid out as in version 0.0.0.*assignWasmExports/);
    expect(() => slimWasm(Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]), new Set())).toThrow(/section .* is missing/);
  });
});

describe('tarFiles', () => {
  const header = (name: string, size: number, type: string): Buffer => {
    const block = Buffer.alloc(512);
    block.write(name);
    block.write(size.toString(8).padStart(11, '0'), 124);
    block.write(type, 156);
    return block;
  };
  const padded = (text: string): Buffer =>
    Buffer.concat([Buffer.from(text), Buffer.alloc((512 - (text.length % 512)) % 512)]);
  const names = (tar: Buffer): string[] => [...tarFiles(tar)].map(([name, bytes]) => `${name}=${Buffer.from(bytes)}`);

  it('reads plain, GNU long and pax long names, and skips folders', () => {
    const long = `${'d/'.repeat(70)}file`;
    const tar = Buffer.concat([
      header('folder/', 0, '5'),
      header('a', 2, '0'),
      padded('aa'),
      header('@LongLink', long.length, 'L'),
      padded(long),
      header('cut', 1, '0'),
      padded('b'),
      header('pax', 12, 'x'),
      padded('12 path=p/q\n'),
      header('cut', 1, '0'),
      padded('c'),
      Buffer.alloc(1024),
    ]);
    expect(names(tar)).toEqual(['a=aa', `${long}=b`, 'p/q=c']);
  });

  it('refuses an archive that is cut short', () => {
    expect(() => names(header('a', 2000, '0'))).toThrow(/damaged at byte 0/);
  });
});
