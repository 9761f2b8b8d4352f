import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/storage/paths.ts';
import { testCacheRoot } from '../helpers/lean.ts';

const ROOT = packageRoot();
let project: string;

/** A copy of the package with a main program of our own. */
beforeAll(() => {
  project = mkdtempSync(join(realpathSync(tmpdir()), 'proofdeck-launcher-'));
  cpSync(join(ROOT, 'bin'), join(project, 'bin'), { recursive: true });
  copyFileSync(join(ROOT, 'package.json'), join(project, 'package.json'));
  for (const folder of ['node_modules', 'src']) symlinkSync(join(ROOT, folder), join(project, folder));
  mkdirSync(join(project, 'commands'));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

function writeMain(text: string): void {
  writeFileSync(join(project, 'commands', 'main.ts'), text);
}

function launch(...args: string[]): SpawnSyncReturns<string> {
  const env = { ...process.env, PROOFDECK_CACHE: testCacheRoot(), NODE_ENV: '' };
  return spawnSync(process.execPath, [join(project, 'bin', 'proofdeck.cjs'), ...args], { encoding: 'utf8', env });
}

describe('the launcher', () => {
  it('builds what is missing, starts it with its arguments, and builds again when a source has changed', () => {
    writeMain("console.log('one', process.env.NODE_ENV, ...process.argv.slice(2)); process.exitCode = 3;");
    expect(launch('a', '--b')).toMatchObject({ stdout: 'one production a --b\n', status: 3 });
    const stamp = join(project, 'dist', 'stamp.json');
    utimesSync(stamp, 1000, 1000);
    expect(launch()).toMatchObject({ stdout: 'one production\n' });
    expect(statSync(stamp).mtimeMs).toBe(1_000_000);
    writeMain("console.log('another');");
    expect(launch()).toMatchObject({ stdout: 'another\n', status: 0 });
  });

  it('says what is wrong in the sources, and exits with 5', () => {
    writeMain('const = 1;');
    expect(launch()).toMatchObject({ status: 5, stdout: '', stderr: expect.stringContaining('main.ts:1:6') });
  });

  it.runIf(process.platform === 'linux')('passes on Ctrl-C where no terminal does', async () => {
    const script = `
      const { runWith } = require(${JSON.stringify(join(ROOT, 'bin', 'find-node.cjs'))});
      const child = "process.on('SIGINT', () => process.exit(7)); setInterval(() => {}, 1000); console.log('ready')";
      runWith(process.execPath, ['-e', child]);`;
    // In a session of its own it has no terminal, whatever the tests are run in.
    const launcher = spawn(process.execPath, ['-e', script], { detached: true });
    launcher.stdout.once('data', () => launcher.kill('SIGINT'));
    expect(await new Promise((resolve) => launcher.on('exit', resolve))).toBe(7);
  });

  it('can be started twice at once', async () => {
    writeMain("console.log('both');");
    const run = (): Promise<string> =>
      new Promise((resolve) => {
        const child = spawn(process.execPath, [join(project, 'bin', 'proofdeck.cjs')]);
        let text = '';
        child.stdout.on('data', (data) => {
          text += data;
        });
        child.on('close', () => resolve(text));
      });
    expect(await Promise.all([run(), run(), run()])).toEqual(['both\n', 'both\n', 'both\n']);
    expect(readdirSync(join(project, 'dist')).filter((name) => name.startsWith('.building'))).toEqual([]);
  });

  it('makes a bundle whose embedded Lean works', { timeout: 240_000 }, () => {
    const program = join(ROOT, 'test', 'lean', 'embedded', 'fixtures', 'host-test.lean');
    writeMain(`
      import { readFileSync } from 'node:fs';
      import { openEmbeddedHost } from '../src/lean/embedded/embedded-host.ts';
      import { cacheRoot, packageRoot } from '../src/storage/paths.ts';
      const host = await openEmbeddedHost({ cacheRoot: cacheRoot(), program: readFileSync(${JSON.stringify(program)}, 'utf8') });
      if (host.kind === 'startFailed') throw new Error(host.message + host.detail);
      const reply = await host.transport().ask('hello', { timeoutMs: 10000 });
      console.log(packageRoot(), reply.text ?? reply.detail);
      await host.close();
    `);
    expect(launch()).toMatchObject({ stdout: `${project} echo hello\n`, stderr: '', status: 0 });
  });
});
