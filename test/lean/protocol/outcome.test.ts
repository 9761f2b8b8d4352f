import { describe, expect, it } from 'vitest';
import { readAnswer } from '../../../src/lean/protocol/answer.ts';
import { readTactic } from '../../../src/lean/protocol/outcome.ts';
import { goalTacticAnswerSchema } from '../../../src/lean/protocol/wire.ts';

const read = (answer: unknown) => readTactic(readAnswer(JSON.stringify(answer), goalTacticAnswerSchema));
const goal = (more: object) => ({ name: '_uniq.7', target: { pp: 'p' }, vars: [], ...more });
const flags = { hasSorry: false, hasUnsafe: false };
const message = (severity: string, data: string) => ({
  fileName: '<Pantograph>',
  pos: { line: 0, column: 0 },
  endPos: null,
  keepFullRange: false,
  severity,
  caption: '',
  data,
  kind: '[anonymous]',
});

describe('a tactic answer', () => {
  it('is a success in the shape of 0.3.4', () => {
    const answer = read({
      goals: [goal({ fragment: 'tactic' })],
      nextStateId: 1,
      messages: [message('information', 'Try this: exact h')],
      ...flags,
    });
    expect(answer).toEqual({
      kind: 'applied',
      stateId: 1,
      outcome: { kind: 'goals', goals: [{ hypotheses: [], target: 'p' }], messages: ['Try this: exact h'] },
      flagsKnown: true,
    });
  });

  it('is a success in the shape of 0.2.25, with unknown flags', () => {
    const answer = read({ goals: [goal({ isConversion: true, userName: 'inl' })], nextStateId: 3 });
    expect(answer).toEqual({
      kind: 'applied',
      stateId: 3,
      outcome: { kind: 'goals', goals: [{ caseName: 'inl', fragment: 'conv', hypotheses: [], target: 'p' }] },
      flagsKnown: false,
    });
  });

  it.each([
    ['0.3.0', { tacticErrors: ['no', 'and no'] }, 'no\nand no'],
    ['0.3.1', { messages: ['no'], ...flags }, 'no'],
    ['0.3.4', { messages: [message('error', 'no'), message('information', 'by the way')], ...flags }, 'no'],
    ['without words', { messages: [], ...flags }, 'the tactic failed without a message'],
  ])('is a failure in the shape of %s', (_era, answer, text) => {
    expect(read(answer)).toEqual({ kind: 'failed', outcome: { kind: 'failed', message: text } });
  });

  it.each([
    ['parseError', { parseError: '<Pantograph>:1:1: unknown tactic', ...flags }],
    ['tag parsing', { error: 'parsing', desc: '<Pantograph>:1:1: unknown tactic' }],
    ['tag parse', { error: 'parse', desc: '<Pantograph>:1:1: unknown tactic' }],
  ])('is a parse error (%s)', (_name, answer) => {
    expect(read(answer)).toEqual({
      kind: 'failed',
      outcome: { kind: 'parseError', message: 'line 1, column 1: unknown tactic' },
    });
  });

  const heartbeats = '(deterministic) timeout at `whnf`, maximum number of heartbeats (200000) has been reached';
  const recursion = 'maximum recursion depth has been reached\nuse `set_option maxRecDepth <num>` to increase limit';
  it.each([
    ['heartbeats in 0.3.4', { error: 'core', desc: heartbeats }, 'heartbeats'],
    ['heartbeats later', { error: 'io', desc: heartbeats }, 'heartbeats'],
    ['heartbeats in 0.2.25', { error: 'io', desc: heartbeats }, 'heartbeats'],
    ['recursion in 0.3.4', { error: 'core', desc: recursion }, 'recursion'],
    ['recursion, named', { error: 'core', desc: '…', limit: 'recDepth' }, 'recursion'],
    ['heartbeats, named', { error: 'core', desc: '…', limit: 'heartbeats' }, 'heartbeats'],
    ['an interrupt in 0.3.4', { error: 'internal', desc: 'interrupt' }, 'wallClock'],
    ['an interrupt later', { error: 'io', desc: 'interrupt' }, 'wallClock'],
    ['a logged time-out', { messages: [message('error', heartbeats)], ...flags }, 'heartbeats'],
  ])('is a limit: %s', (_name, answer, limit) => {
    expect(read(answer)).toMatchObject({ kind: 'failed', outcome: { kind: 'timedOut', limit } });
  });

  it.each([
    ['exception', 'failed'],
    ['io', 'failed'],
    ['kernel', 'failed'],
    ['invalid', 'failed'],
    ['structure', 'failed'],
  ])('with the tag %s is a failed tactic', (tag, kind) => {
    expect(read({ error: tag, desc: 'something' })).toMatchObject({ kind: 'failed', outcome: { kind } });
  });

  it('names a state that is not there', () => {
    expect(read({ error: 'index', desc: 'Invalid state index 7' })).toEqual({
      kind: 'noSuchState',
      message: 'Invalid state index 7',
    });
  });

  it.each([
    ['sorry', { hasSorry: true, hasUnsafe: false }],
    ['unsafe', { hasSorry: false, hasUnsafe: true }],
  ])('is refused for %s', (reason, found) => {
    expect(read({ goals: [], nextStateId: 4, messages: [], ...found })).toMatchObject({
      kind: 'refused',
      stateId: 4,
      outcome: { kind: 'refused', reason },
    });
  });

  it.each([['not JSON'], ['[1]'], ['null'], ['{"goals": 3, "nextStateId": 1}']])('cannot be read: %s', (line) => {
    expect(readTactic(readAnswer(line, goalTacticAnswerSchema))).toMatchObject({ kind: 'unreadable' });
  });

  it('cannot be read when the request was refused', () => {
    expect(read({ error: 'command', desc: 'Unknown command goal.tactic' })).toMatchObject({ kind: 'unreadable' });
  });
});
