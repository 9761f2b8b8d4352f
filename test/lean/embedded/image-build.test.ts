import { cpSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openEmbeddedHost } from '../../../src/lean/embedded/embedded-host.ts';
import type { PrepareProgress } from '../../../src/lean/embedded/prepare-progress.ts';
import { HOST_TEST_PROGRAM } from './fixtures/open-host.ts';
import { temporaryFolder } from './fixtures/temporary.ts';

const BUILD_MS = 240_000;
const folder = temporaryFolder();
const options = {
  cacheRoot: join(folder, 'cache'),
  program: HOST_TEST_PROGRAM,
};
const spare = join(folder, 'spare');

async function echo(
  more: Partial<Parameters<typeof openEmbeddedHost>[0]> = {},
): Promise<{ text: string; built: boolean; folder: string }> {
  const host = await openEmbeddedHost({ ...options, ...more });
  if (host.kind === 'startFailed') throw new Error(`${host.message}\n${host.detail}`);
  try {
    const reply = await host.transport().ask('∀ x, x', { timeoutMs: 10_000 });
    return {
      text: reply.kind === 'answer' ? reply.text : reply.detail,
      built: host.entry.built,
      folder: host.entry.folder,
    };
  } finally {
    await host.close();
  }
}

describe('an image of a small program', () => {
  it('is built once from the package, resumed, and answers', { timeout: BUILD_MS }, async () => {
    const progress: PrepareProgress[] = [];
    const first = await echo({ onProgress: (one) => progress.push(one) });
    expect(first).toMatchObject({ text: 'echo ∀ x, x', built: true });
    expect([...new Set(progress.map(({ phase }) => phase))]).toEqual([
      'prepare',
      'boot',
      'import',
      'elaborate',
      'save',
    ]);
    const fractions = progress.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(await echo()).toMatchObject({ text: 'echo ∀ x, x', built: false });
    cpSync(first.folder, spare, { recursive: true });
  });

  it.each(['image.bin', 'lean.wasm'])(
    'is built again when a byte of %s has changed where the quick check does not look',
    async (file) => {
      const before = await echo();
      writeSync(openSync(join(before.folder, file), 'r+'), 'X', 30_000_017);
      let builds = 0;
      const after = await echo({
        // The same files as a real build gives, without its half a minute.
        build: async (request) => {
          builds++;
          cpSync(spare, request.folder, { recursive: true });
          return undefined;
        },
      });
      expect([after.text, builds]).toEqual(['echo ∀ x, x', 1]);
    },
  );

  it('is not made from a program that Lean refuses', { timeout: BUILD_MS }, async () => {
    const host = await openEmbeddedHost({ ...options, program: 'theorem wrong : 1 = 2 := rfl' });
    expect(host).toMatchObject({ kind: 'startFailed', category: 'lean', detail: expect.stringContaining('error') });
  });
});
