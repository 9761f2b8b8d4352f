import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FairQueue } from '../../../src/lean/pool/fair-queue.ts';

interface Job {
  readonly problem: number;
  readonly number: number;
}
const never = () => false;

function filled(...problems: readonly number[]): FairQueue<Job> {
  const queue = new FairQueue<Job>();
  for (const [number, problem] of problems.entries()) queue.push(problem, { problem, number });
  return queue;
}

function drain(queue: FairQueue<Job>, prefer: (job: Job) => boolean = never): Job[] {
  const taken: Job[] = [];
  for (let job = queue.take(prefer); job; job = queue.take(prefer)) taken.push(job);
  return taken;
}

describe('the queue', () => {
  it('lets problems take turns', () => {
    expect(drain(filled(1, 1, 1, 2, 3)).map((job) => job.problem)).toEqual([1, 2, 3, 1, 1]);
  });

  it('loses nothing and keeps the order within a problem, whatever is preferred', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4)), fc.nat(4), (problems, preferred) => {
        const taken = drain(filled(...problems), (job) => job.problem === preferred);
        expect(taken.map((job) => job.number).toSorted((a, b) => a - b)).toEqual([...problems.keys()]);
        for (const problem of new Set(problems)) {
          const numbers = taken.filter((job) => job.problem === problem).map((job) => job.number);
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        }
      }),
      { seed: 1 },
    );
  });

  it('passes nobody over for ever', () => {
    const queue = filled(1, ...Array<number>(30).fill(2));
    const taken = drain(queue, (job) => job.problem === 2);
    expect(taken.findIndex((job) => job.problem === 1)).toBeLessThan(12);
  });

  it('puts a job back to the front of its problem', () => {
    const queue = filled(1, 1);
    const first = queue.take(never)!;
    queue.putBack(1, first);
    expect(drain(queue).map((job) => job.number)).toEqual([0, 1]);
  });

  it('gives up what is taken out', () => {
    const queue = filled(1, 2, 1);
    expect(queue.remove((job) => job.problem === 1).map((job) => job.number)).toEqual([0, 2]);
    expect(queue.size).toBe(1);
  });
});
