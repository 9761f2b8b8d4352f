import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { storageFailure, whyFailed } from '../../src/storage/failure.ts';
import { temporaryFolder } from './temporary.ts';

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

test('what the operating system has a code for is told in words', () => {
  const folder = temporaryFolder();
  const missing = thrownBy(() => readFileSync(join(folder, 'none')));
  expect(whyFailed(missing)).toBe('there is no such file or folder');
  expect(storageFailure(missing, 'none', 'read').message).toBe('cannot read none: there is no such file or folder');
  expect(whyFailed(thrownBy(() => readFileSync(folder)))).toBe('it is a folder, a file is needed');
});

test('what is no failure of a file keeps its own message', () => {
  expect(whyFailed(new Error('half a line'))).toBe('half a line');
  expect(whyFailed('odd')).toBe('odd');
});
