import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { nativeProgramText } from '../../../src/lean/embedded/program.ts';
import { leanKind } from '../../../src/lean/native/lean-kind.ts';
import { exitedBeforeReady } from '../../../src/lean/native/start-errors.ts';
import { type FakeInstall, installFake } from '../../fakes/repl.ts';

const realPath = process.env.PATH;
let fake: FakeInstall;
let cacheRoot: string;
beforeEach(() => {
  fake = installFake({ version: '0.3.4' });
  cacheRoot = mkdtempSync(join(tmpdir(), 'proofdeck-native-'));
});
afterEach(() => {
  process.env.PATH = realPath;
  fake.remove();
  rmSync(cacheRoot, { recursive: true, force: true });
});

describe('native Lean', () => {
  it('runs the worker program in the project through lake', async () => {
    process.env.PATH = `${fake.bin}:${realPath}`;
    const opened = await leanKind.open({ imports: ['Init', 'Std'], cacheRoot, projectFolder: fake.project });
    if (opened.kind === 'startFailed') throw new Error(opened.message);
    const worker = opened.source.transport();
    expect(await worker.start()).toMatchObject({ kind: 'ready' });
    expect(fake.started()).toMatchObject({ args: ['Init', 'Std'], cwd: fake.project });
    expect(opened.source.toolchain).toBe('Lean 4.21.0');
    await worker.close();
    await opened.source.close();
  });

  it('is told apart when it is not installed', async () => {
    process.env.PATH = '/nonexistent';
    expect(await leanKind.open({ imports: [], cacheRoot, projectFolder: fake.project })).toMatchObject({
      category: 'leanMissing',
      message: expect.stringContaining('elan'),
    });
    expect(await leanKind.open({ imports: [], cacheRoot })).toMatchObject({ category: 'leanMissing' });
    expect(await leanKind.open({ imports: [], cacheRoot, projectFolder: '/nonexistent' })).toMatchObject({
      category: 'projectMissing',
    });
  });

  it('says so when its program cannot be written', async () => {
    process.env.PATH = `${fake.bin}:${realPath}`;
    expect(await leanKind.open({ imports: [], cacheRoot: fake.binary })).toMatchObject({ category: 'unwritable' });
  });

  it('gets the worker program without what only the embedded Lean needs', () => {
    const text = nativeProgramText();
    expect(text.startsWith('import Lean\n')).toBe(true);
    expect(text.match(/^import /gm)).toHaveLength(1);
    expect(text).not.toContain('@[extern "native"]');
    expect(text).toContain('unsafe def main');
  });
});

describe('the reason why Lean ended before it was ready', () => {
  it.each([
    ["uncaught exception: unknown module prefix 'Mathlib'", 'unknownModule', 'Mathlib'],
    ["object file '/x/Foo/Bar.olean' of module Foo.Bar does not exist", 'unknownModule', 'Foo.Bar'],
    ["failed to read file '/x/Init.olean', incompatible header", 'versionMismatch', 'toolchain'],
    ["error: toolchain 'leanprover/lean4:v4.9.0' is not installed", 'leanMissing', 'v4.9.0'],
    ['error: no default toolchain configured', 'leanMissing', 'elan default'],
    ['INTERNAL PANIC: out of memory', 'outOfMemory', 'memory'],
    ['Segmentation fault', 'exited', 'code 139'],
  ])('%s', (said, category, hint) => {
    const failure = exitedBeforeReady('Lean', 'code 139', said);
    expect(failure).toMatchObject({ category, detail: said });
    expect(failure.message).toContain(hint);
  });
});
