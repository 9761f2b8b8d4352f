import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DoctorCheck, DoctorContext } from '../../src/doctor/check.ts';
import { type DoctorResult, diagnose, lacksNeeded } from '../../src/doctor/diagnose.ts';
import type { BuildEntry } from '../../src/lean/embedded/build-entry.ts';
import { prepareEntry } from '../../src/lean/embedded/cache.ts';
import { IMAGE_FILE } from '../../src/lean/embedded/image.ts';
import { writeManifest } from '../../src/lean/embedded/manifest.ts';
import { PREPARED_FILES } from '../../src/lean/embedded/prepare.ts';

let folder: string;
let bin: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'proofdeck-doctor-'));
  bin = join(folder, 'bin');
  mkdirSync(bin);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Puts a program on the PATH of the checks. */
function program(name: string, script: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, name), 0o755);
}

function context(more: Partial<DoctorContext> = {}): DoctorContext {
  return {
    environment: { PATH: bin, TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    folder,
    home: join(folder, 'home'),
    cacheRoot: join(folder, 'cache'),
    terminal: { screen: true, reason: null, colour: 8, unicode: true },
    ...more,
  };
}

async function resultOf(name: string, more: Partial<DoctorContext> = {}): Promise<DoctorResult> {
  const results = await diagnose(context(more));
  return results.find((one) => one.name === name) as DoctorResult;
}

describe('diagnose', () => {
  it('finds a bare machine fit for the main job', async () => {
    const results = await diagnose(context());
    expect(results.filter(({ needed, status }) => needed && status === 'missing')).toEqual([]);
    expect(lacksNeeded(results)).toBe(false);
    expect(results.every(({ found }) => found !== '' && !found.includes('\n'))).toBe(true);
  });

  it('tells each result as soon as it is known, and all in the order of the list', async () => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const check = (name: string, run: DoctorCheck['run']): DoctorCheck => ({
      name,
      group: 'machine',
      needed: true,
      run,
    });
    const ok = { status: 'ok', found: 'there' } as const;
    const seen: string[] = [];
    const results = await diagnose(
      context(),
      ({ name }) => {
        seen.push(name);
        if (name === 'quick') release();
      },
      [check('slow', () => gate.then(() => ok)), check('quick', async () => ok)],
    );
    expect(seen).toEqual(['quick', 'slow']);
    expect(results.map(({ name }) => name)).toEqual(['slow', 'quick']);
  });

  it('gives up a check that does not answer', async () => {
    const stuck: DoctorCheck = {
      name: 'stuck',
      group: 'machine',
      needed: true,
      timeoutMs: 1,
      run: () => new Promise(() => {}),
    };
    const [result] = await diagnose(context(), undefined, [stuck]);
    expect(result).toMatchObject({ status: 'warning', found: 'no answer within 0.001 s' });
  });

  it('cleans and bounds what programs print', async () => {
    program('z3', `printf '\\033[2J\\033]0;owned\\007Z3 version 4.13.0 %01000d\\nsecond line\\n' 0`);
    const { status, found } = await resultOf('Z3');
    expect(status).toBe('ok');
    expect(found).toMatch(/^Z3 version 4\.13\.0 0+… \[\d+ more characters\]$/);
  });

  it('gives foreign programs no secrets', async () => {
    program('z3', 'echo "token:$TOKEN."');
    const environment = { PATH: `${bin}:/usr/bin:/bin`, TOKEN: 'secret' };
    expect((await resultOf('Z3', { environment })).found).toBe('token:.');
  });

  it('says so when a program fails', async () => {
    program('coqtop', 'echo "cannot load library" >&2; exit 3');
    expect(await resultOf('Coq')).toMatchObject({
      status: 'warning',
      found: `${join(bin, 'coqtop')} ends with 3: cannot load library`,
    });
  });

  it('asks elan for its toolchains and never lean, which might download one', async () => {
    program(
      'elan',
      `case "$1" in --version) echo "elan 4.1.1 (abc)";; toolchain) echo "leanprover/lean4:v4.32.0 (default)"; echo "leanprover/lean4:v4.34.1";; esac`,
    );
    program('lean', 'echo asked > "$HOME/asked"; exit 1');
    const result = await resultOf('native Lean');
    expect(result.status).toBe('warning');
    expect(result.found).toMatch(/^elan 4\.1\.1: .*v4\.32\.0.*known kernel faults: .*fixed in v4\.34\.1\) and 4 more/);
    writeFileSync(join(folder, 'lean-toolchain'), 'leanprover/lean4:v4.34.1\n');
    expect(await resultOf('native Lean')).toMatchObject({ status: 'ok' });
    writeFileSync(join(folder, 'lean-toolchain'), 'leanprover/lean4:v4.40.0\n');
    expect((await resultOf('native Lean')).remedy).toBe('elan toolchain install leanprover/lean4:v4.40.0');
  });

  it('leaves no home behind that was not there', async () => {
    const { status, found } = await resultOf('home folder');
    expect([status, found.includes('made at the first session')]).toEqual(['ok', true]);
  });

  it('refuses a cache that cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const results = await diagnose(context({ cacheRoot: join(folder, 'file', 'cache') }));
    expect(results.find(({ name }) => name === 'cache folder')).toMatchObject({ status: 'missing', needed: true });
    expect(lacksNeeded(results)).toBe(true);
  });

  it('tells an absent, a prepared and a damaged image apart', async () => {
    expect(await resultOf('Lean image')).toMatchObject({ status: 'ok', found: 'not prepared yet' });
    const cacheRoot = join(folder, 'cache');
    const prepared = await prepareEntry({ cacheRoot, build: madeUpImage });
    if (prepared.kind === 'startFailed') throw new Error(prepared.message);
    expect((await resultOf('Lean image')).found).toMatch(/^prepared \d{4}-.*every byte as it should be/);
    const image = join(prepared.folder, IMAGE_FILE);
    const contents = readFileSync(image);
    // One byte between the pages that the quick check of a start looks at.
    contents[100_000] = 1;
    writeFileSync(image, contents);
    expect(await resultOf('Lean image')).toMatchObject({
      status: 'warning',
      found: `damaged: ${IMAGE_FILE} has changed`,
    });
  });
});

const madeUpImage: BuildEntry = async ({ folder: target, key }) => {
  for (const name of Object.values(PREPARED_FILES)) writeFileSync(join(target, name), name);
  writeFileSync(join(target, IMAGE_FILE), Buffer.alloc(5 << 20));
  writeManifest(target, key, 1);
  return undefined;
};
