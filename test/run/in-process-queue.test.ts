import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InProcessQueue } from '../../src/run/in-process-queue.ts';
import type { Job } from '../../src/run/job.ts';
import type { JobOutcome } from '../../src/run/outcome.ts';
import type { Lease } from '../../src/run/queue.ts';

const never = new AbortController().signal;
const outcome = {} as JobOutcome;

function job(number: number, priority = 0): Job {
  return {
    id: `t${number}.1`,
    kind: 'theorem',
    index: number,
    theorem: `theorem${number}`,
    statement: 'True',
    attempt: 1,
    seed: 0,
    temperature: 1,
    maxNodes: 1,
    timeout: 0,
    log: `theorems/theorem${number}/1.jsonl`,
    priority,
  };
}

/** Lets every promise that can go on do so. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function filled(...jobs: readonly Job[]): Promise<InProcessQueue> {
  const queue = new InProcessQueue();
  await queue.add(jobs);
  return queue;
}

const numbers = (leases: readonly (Lease | null)[]): (number | undefined)[] => leases.map((lease) => lease?.job.index);

describe('the queue of one process', () => {
  it('hands out by priority, then in the order of the plan', async () => {
    const queue = await filled(job(0), job(1, 2), job(2), job(3, 2));
    const taken = [await queue.take(never), await queue.take(never), await queue.take(never), await queue.take(never)];
    expect(numbers(taken)).toEqual([1, 3, 0, 2]);
  });

  it('takes new priorities into account for what waits', async () => {
    const queue = await filled(job(0), job(1), job(2));
    const first = await queue.take(never);
    await queue.prioritise('theorem2', 5);
    await queue.prioritise('theorem0', 9);
    expect(numbers([first, await queue.take(never), await queue.take(never)])).toEqual([0, 2, 1]);
  });

  it('keeps a taker waiting while a job may still come back, and hands that on', async () => {
    const queue = await filled(job(0));
    const first = await queue.take(never);
    const second = queue.take(never);
    await settle();
    await first?.giveBack();
    expect((await second)?.job.index).toBe(0);
    expect(await queue.counts()).toEqual({ waiting: 0, running: 1, ended: 0 });
  });

  it('hands out nothing while it is held', async () => {
    const queue = await filled(job(0));
    await queue.hold();
    let taken: Lease | null | undefined;
    const taking = queue.take(never).then((lease) => {
      taken = lease;
    });
    await settle();
    expect(taken).toBeUndefined();
    await queue.release();
    await taking;
    expect(taken?.job.index).toBe(0);
  });

  it('lets takers go when their signal aborts, when it is closed, and when nothing can come any more', async () => {
    const queue = await filled(job(0));
    const stop = new AbortController();
    await queue.hold();
    const aborted = queue.take(stop.signal);
    stop.abort();
    expect(await aborted).toBeNull();
    expect(await queue.take(AbortSignal.abort())).toBeNull();
    await queue.release();
    const lease = await queue.take(never);
    const waiting = queue.take(never);
    await lease?.finish(outcome);
    expect(await waiting).toBeNull();
    await queue.add([job(1)]);
    await queue.close();
    expect(await queue.take(never)).toBeNull();
  });

  it('uses one result of a lease, and leaves known jobs as they are', async () => {
    const queue = await filled(job(0), job(0, 7));
    const lease = await queue.take(never);
    expect(lease?.job.priority).toBe(0);
    expect(await lease?.finish(outcome)).toBe('accepted');
    expect(await lease?.finish(outcome)).toBe('duplicate');
    await lease?.giveBack();
    await queue.add([job(0)]);
    expect(await queue.counts()).toEqual({ waiting: 0, running: 0, ended: 1 });
  });

  it('hands each job to one taker at a time, ends it once and loses none, whatever happens in which order', async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant('take' as const) },
      { weight: 4, arbitrary: fc.constant('finish' as const) },
      fc.constantFrom('giveBack' as const, 'hold' as const, 'release' as const, 'add' as const),
      fc.record({ theorem: fc.nat(9), priority: fc.integer({ min: -3, max: 3 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.infiniteStream(fc.nat(100)), async (steps, choices) => {
        const queue = await filled(...Array.from({ length: 5 }, (_, i) => job(i)));
        let added = 5;
        const running = new Map<string, Lease>();
        const ended: string[] = [];
        let pending = 0;
        const take = (): void => {
          pending += 1;
          void queue.take(never).then((lease) => {
            pending -= 1;
            if (lease === null) return;
            expect(running.has(lease.job.id) || ended.includes(lease.job.id)).toBe(false);
            running.set(lease.job.id, lease);
          });
        };
        const chosen = (): Lease | undefined => {
          const leases = [...running.values()];
          return leases[(choices.next().value as number) % Math.max(1, leases.length)];
        };
        for (const one of steps) {
          const lease = chosen();
          if (one === 'take') take();
          else if (one === 'hold') await queue.hold();
          else if (one === 'release') await queue.release();
          else if (one === 'add') await queue.add(added < 10 ? [job(added++), job(0)] : [job(1)]);
          else if (typeof one === 'object') await queue.prioritise(`theorem${one.theorem}`, one.priority);
          else if (lease !== undefined) {
            running.delete(lease.job.id);
            if (one === 'finish') {
              ended.push(lease.job.id);
              await lease.finish(outcome);
            } else await lease.giveBack();
          }
          await settle();
          const counts = await queue.counts();
          expect(counts.running).toBe(running.size);
          expect(counts.ended).toBe(ended.length);
          expect(counts.waiting + counts.running + counts.ended).toBe(added);
        }
        await queue.release();
        for (let rounds = 0; ended.length < added && rounds < 40; rounds += 1) {
          if (pending === 0) take();
          await settle();
          for (const [id, lease] of running) {
            running.delete(id);
            ended.push(id);
            await lease.finish(outcome);
          }
          await settle();
        }
        expect(ended.toSorted()).toEqual(Array.from({ length: added }, (_, i) => `t${i}.1`).toSorted());
        expect(pending).toBe(0);
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});
