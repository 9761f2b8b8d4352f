import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { familyOf, stopGroup } from '../../../src/inference/serve/process-group.ts';
import { identityOf, liveness, type ProcessIdentity } from '../../../src/storage/process-identity.ts';

/** A group whose leader prints one line when all of it runs. */
async function group(script: string): Promise<{ readonly leader: ProcessIdentity; readonly ended: Promise<unknown> }> {
  const child = spawn('/bin/sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const leader = identityOf(child.pid ?? 0);
  onTestFinished(() => void stopGroup(leader, 0));
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  return { leader, ended };
}

test('asks a group to end, and all of it does', async () => {
  const { leader } = await group('sleep 600 & sleep 600 & echo up; wait');
  expect(familyOf(leader)).toHaveLength(3);
  expect(await stopGroup(leader, 60_000)).toMatchObject({ kind: 'stopped', forced: false });
  expect(familyOf(leader)).toEqual([]);
  expect(await stopGroup(leader, 0)).toEqual({ kind: 'alreadyGone' });
});

test('forces what does not want to end, and what left the group but descends from its leader', async () => {
  const { leader } = await group(
    "trap '' TERM; setsid sh -c \"trap '' TERM; echo up; while :; do sleep 600; done\" & wait; while :; do sleep 600; done",
  );
  const family = familyOf(leader);
  expect(family.length).toBeGreaterThanOrEqual(2);
  expect(await stopGroup(leader, 50)).toMatchObject({ kind: 'stopped', forced: true });
  for (const pid of family) expect(liveness(identityOf(pid))).toBe('gone');
});

test('ends what is left of a group whose leader is gone', async () => {
  const { leader, ended } = await group('sleep 600 & echo up');
  await ended;
  expect(liveness(leader)).toBe('gone');
  expect(familyOf(leader)).toHaveLength(1);
  expect(await stopGroup(leader, 60_000)).toMatchObject({ kind: 'stopped' });
});

test('a group that another process leads under the same number is not touched', async () => {
  const { leader } = await group('sleep 600 & echo up; wait');
  const before = { ...leader, startTicks: (leader.startTicks ?? 0) - 1 };
  expect(familyOf(before)).toEqual([]);
  expect(await stopGroup(before, 0)).toEqual({ kind: 'alreadyGone' });
  expect(await stopGroup({ ...leader, boot: 'another' }, 0)).toEqual({ kind: 'alreadyGone' });
  expect(liveness(leader)).toBe('alive');
  expect(await stopGroup({ ...leader, host: 'elsewhere' }, 0)).toMatchObject({ kind: 'refused' });
});
