import { PassThrough } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { type ServeResult, serveLean } from '../../../src/lean/serve.ts';
import { testCacheRoot } from '../../helpers/lean.ts';

interface Session {
  readonly input: PassThrough;
  readonly lines: string[];
  readonly result: Promise<ServeResult>;
}

function serve(modules: readonly string[] = ['Init'], signal?: AbortSignal): Session {
  const input = new PassThrough();
  const lines: string[] = [];
  const output = async (line: string): Promise<void> => void lines.push(line);
  return {
    input,
    lines,
    result: serveLean({ cacheRoot: testCacheRoot(), modules, input, output, ...(signal && { signal }) }),
  };
}

const answers = (session: Session): unknown[] => session.lines.slice(1).map((line) => JSON.parse(line));

describe('the worker on standard input and output', () => {
  it('answers both request forms in order and ends at a blank line', async () => {
    const session = serve();
    session.input.write(
      'goal.start {"expr": "∀ (p : Prop), p → p"}\n{"cmd": "goal.tactic", "payload": {"stateId": 0, "tactic": "intro p h"}}\n',
    );
    session.input.write(
      'goal.tactic {"stateId": 1, "goalId": 0, "tactic": "exakt h"}\r\ngoal.tactic {"stateId": 7, "goalId": 0, "tactic": "exact h"}\n',
    );
    session.input.write('no json\n\nstat {}\n');
    expect(await session.result).toEqual({ kind: 'ended' });
    expect(session.lines[0]).toBe('ready.');
    expect(answers(session)).toMatchObject([
      { stateId: 0, root: expect.any(String) },
      {
        nextStateId: 1,
        hasSorry: false,
        hasUnsafe: false,
        messages: [],
        goals: [{ fragment: 'tactic', target: { pp: 'p' }, vars: [{ userName: 'p' }, { userName: 'h' }] }],
      },
      { parseError: '<Pantograph>:1:1: unknown tactic', hasSorry: false, hasUnsafe: false },
      { error: 'index', desc: 'Invalid state index 7' },
      { error: 'command' },
    ]);
    expect(session.lines).toHaveLength(6);
  });

  it('stops the request that runs when it is asked to, and keeps the states', async () => {
    const session = serve();
    session.input.write('goal.start {"expr": "(List.range 100000).foldl (· + ·) 0 = 1"}\n');
    await vi.waitUntil(() => session.lines.length === 2, { timeout: 60_000 });
    session.input.write('goal.tactic {"stateId": 0, "tactic": "decide", "heartbeats": 0, "recDepth": 100000}\n');
    session.input.write('proofdeck.cancel {}\nstat {}\n{"cmd": "proofdeck.cancel"}\n\n');
    expect(await session.result).toEqual({ kind: 'ended' });
    expect(answers(session).slice(1)).toMatchObject([{ error: 'internal', desc: 'interrupt' }, {}, { nGoals: 1 }, {}]);
  });

  it('ends at the end of input, after answering what is left', async () => {
    const session = serve(['Init', 'Std.Data.HashMap.Basic']);
    session.input.end('stat {}');
    expect(await session.result).toEqual({ kind: 'ended' });
    expect(session.lines).toEqual(['ready.', '{"nGoals":0}']);
  });

  it('keeps the time-out that a client sets, and its states with it', async () => {
    const session = serve();
    const spin = 'have : ∀ n, n < 100000000 → n * n ≠ 7 := by decide +kernel';
    session.input.write('{"cmd": "options.set", "payload": {"timeout": 100}}\ngoal.start {"expr": "True"}\n');
    session.input.write(`goal.tactic ${JSON.stringify({ stateId: 0, goalId: 0, tactic: spin })}\n`);
    session.input.end('options.set {"timeout": 0}\ngoal.tactic {"stateId": 0, "goalId": 0, "tactic": "trivial"}\n');
    expect(await session.result).toEqual({ kind: 'ended' });
    expect(answers(session)).toMatchObject([
      {},
      { stateId: 0 },
      { error: 'internal', desc: 'interrupt' },
      {},
      { goals: [] },
    ]);
  });

  it('names a module that is not there', async () => {
    const session = serve(['Init', 'Mathlib']);
    expect(await session.result).toMatchObject({
      kind: 'startFailed',
      category: 'unknownModule',
      message: expect.stringContaining('Mathlib'),
    });
    expect(session.lines).toEqual([]);
  });

  it('ends when it is told to', async () => {
    const stop = new AbortController();
    const session = serve(['Init'], stop.signal);
    session.input.write('stat {}\n');
    await expect.poll(() => session.lines.length, { timeout: 60_000 }).toBe(2);
    stop.abort();
    session.input.write('stat {}\n');
    expect(await session.result).toMatchObject({ kind: 'lost' });
  });
});
