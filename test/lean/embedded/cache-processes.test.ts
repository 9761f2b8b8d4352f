import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type FakePackage, fakePackage } from './fixtures/fake-package.ts';
import { temporaryFolder } from './fixtures/temporary.ts';

const running: ChildProcess[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

class Preparer {
  readonly child: ChildProcess;
  private readonly said = new Set<string>();

  constructor(fake: FakePackage) {
    this.child = fork(join(import.meta.dirname, 'fixtures', 'prepare-process.ts'), [JSON.stringify(fake)]);
    this.child.on('message', (message) => this.said.add(String(message)));
    running.push(this.child);
  }

  async says(what: string): Promise<void> {
    while (!this.said.has(what)) {
      await new Promise<void>((resolve, reject) => {
        this.child.once('message', () => resolve());
        this.child.once('exit', (code, signal) =>
          reject(new Error(`ended with ${signal ?? code} before it said ${what}`)),
        );
      });
    }
  }

  go(): void {
    this.child.send('go');
  }
}

function foldersOf(fake: FakePackage): string[] {
  return readdirSync(join(fake.cacheRoot, 'lean'));
}

describe('two processes that prepare the same entry', () => {
  it('build it once: the second waits for the first', async () => {
    const fake = fakePackage(temporaryFolder());
    const first = new Preparer(fake);
    await first.says('building');
    const second = new Preparer(fake);
    await second.says('wait');
    first.go();
    await Promise.all([first.says('built'), second.says('found')]);
    expect(foldersOf(fake)).toHaveLength(1);
  });

  it('go on without the first when it is killed', async () => {
    const fake = fakePackage(temporaryFolder());
    const first = new Preparer(fake);
    await first.says('building');
    const second = new Preparer(fake);
    await second.says('wait');
    first.child.kill('SIGKILL');
    await second.says('building');
    second.go();
    await second.says('built');
    expect(foldersOf(fake)).toHaveLength(1);
    expect(existsSync(join(fake.cacheRoot, 'lean', foldersOf(fake)[0]!, 'manifest.json'))).toBe(true);
  });
});
