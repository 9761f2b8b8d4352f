import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isSupported,
  PROOFDECK_DIALECT,
  pantographDialect,
  readVersion,
  tacticFor,
} from '../../../src/lean/protocol/dialect.ts';
import { requestLine } from '../../../src/lean/protocol/requests.ts';

describe('a request', () => {
  it('is always one line that is not blank, whatever the tactic', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (tactic) => {
        const line = requestLine('goal.tactic', { stateId: 0, goalId: 0, tactic });
        expect(line).toMatch(/^goal\.tactic \{[^\n\r]*\}$/);
        expect(JSON.parse(line.slice('goal.tactic '.length))).toEqual({ stateId: 0, goalId: 0, tactic });
      }),
      { seed: 1 },
    );
  });
});

describe('a dialect', () => {
  const dialect = (text: string) => pantographDialect(readVersion(text)!);

  it.each([
    [
      '0.2.25',
      { sequences: false, timeoutOption: false, parseCommand: false, messagesPoison: false, invocationsFlag: true },
    ],
    ['0.3.0', { sequences: false, timeoutOption: true, messagesPoison: false, invocationsFlag: true }],
    ['0.3.2', { sequences: false, messagesPoison: false, invocationsFlag: false }],
    ['0.3.4', { sequences: false, messagesPoison: true, parseCommand: false }],
    ['0.3.7/v4.21.0', { sequences: true, messagesPoison: false, parseCommand: true }],
    ['1.0.0', { sequences: true, messagesPoison: false }],
  ])('of %s', (text, expected) => {
    expect(dialect(text)).toMatchObject({ ...expected, extensions: false });
  });

  it('is known from 0.2.25 on', () => {
    expect(['0.2.24', '0.2.25', '0.3.0', '1.0.0'].map((text) => isSupported(readVersion(text)!))).toEqual([
      false,
      true,
      true,
      true,
    ]);
    expect(readVersion('command not found')).toBeNull();
  });

  it('puts several tactics in parentheses where only one is read', () => {
    const old = dialect('0.3.4');
    expect(tacticFor(old, 'intro p h')).toBe('intro p h');
    expect(tacticFor(old, 'intro p; exact h')).toBe('(intro p; exact h)');
    expect(tacticFor(old, 'cases h with\r\n| inl a => exact a')).toBe('(\ncases h with\n| inl a => exact a\n)');
    expect(tacticFor(PROOFDECK_DIALECT, 'intro p; exact h')).toBe('intro p; exact h');
  });
});
