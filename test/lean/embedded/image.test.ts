import { openSync, readFileSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DamagedImage, readImage, WASM_PAGE, writeImage } from '../../../src/lean/embedded/image.ts';
import { temporaryFolder } from './fixtures/temporary.ts';

const META = {
  handler: 8,
  cancel: 16,
  stack: { low: 0, high: 64 },
  table: 3,
  globals: [['__mutable_global_0', 7]],
} as const;
const PAGES = 6;

function sample(): { readonly file: string; readonly memory: Uint8Array } {
  const memory = new Uint8Array(PAGES * WASM_PAGE);
  memory[10] = 1;
  memory[WASM_PAGE + 5] = 2;
  memory[4 * WASM_PAGE + 1] = 3;
  const file = join(temporaryFolder(), 'image.bin');
  writeImage(file, memory, META);
  return { file, memory };
}

describe('an image', () => {
  it('comes back as it was, with only the pages that hold something stored', () => {
    const { file, memory } = sample();
    const image = readImage(file, 100, true);
    expect(image.meta).toMatchObject({
      ...META,
      pages: PAGES,
      runs: [
        [0, 2],
        [4, 1],
      ],
    });
    expect(Buffer.compare(new Uint8Array(image.memory.buffer), memory)).toBe(0);
  });

  it.each([
    ['is empty', (file: string) => truncateSync(file, 0)],
    ['lacks its end', (file: string) => truncateSync(file, 3 * WASM_PAGE + 20)],
    ['has a changed byte', (file: string) => void writeSync(openSync(file, 'r+'), 'X', WASM_PAGE)],
    ['has a damaged description', (file: string) => void writeSync(openSync(file, 'r+'), 'XXXX', 3 * WASM_PAGE)],
    ['has lost a page', (file: string) => writeFileSync(file, readFileSync(file).subarray(WASM_PAGE))],
  ])('is refused when it %s', (_, damage) => {
    const { file } = sample();
    damage(file);
    expect(() => readImage(file, 100, true)).toThrow(DamagedImage);
  });
});
