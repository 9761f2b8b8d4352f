import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyKey, type Edit, editOf, emptyEdit } from '../../../views/text/edit.ts';

const type = (keys: readonly string[], from: Edit = emptyEdit, many = true): Edit =>
  keys.reduce((edit, key) => applyKey(edit, key, many) ?? edit, from);

describe('the line editor', () => {
  it('inserts, moves and removes whole signs', () => {
    expect(type([...'intro', 'space', 'h']).text).toBe('intro h');
    expect(type(['backspace'], editOf('ae\u0301')).text).toBe('a');
    expect(type(['left', 'left', 'x'], editOf('abc'))).toEqual({ text: 'axbc', cursor: 2 });
    expect(type(['home', 'delete', 'end', '!'], editOf('abc')).text).toBe('bc!');
  });

  it('removes words and ends of lines', () => {
    expect(type(['ctrl-w'], editOf('exact foo ')).text).toBe('exact ');
    expect(type(['ctrl-u'], editOf('exact foo')).text).toBe('');
    expect(type(['home', 'ctrl-k'], editOf('exact')).text).toBe('');
  });

  it('has several lines where they are allowed', () => {
    const edit = type([...'a', 'ctrl-j', ...'bc', 'up', 'X']);
    expect(edit.text).toBe('aX\nbc');
    expect(type(['down', 'end', '!'], edit).text).toBe('aX\nbc!');
    expect(applyKey(editOf('a'), 'ctrl-j', false)).toBeNull();
  });

  it('keeps the cursor inside the text, whatever is typed', () => {
    const key = fc.constantFrom(
      'left',
      'right',
      'home',
      'end',
      'up',
      'down',
      'backspace',
      'delete',
      'ctrl-w',
      'ctrl-u',
      'ctrl-k',
      'ctrl-j',
      'a',
      '⊢',
      'e\u0301',
      'space',
      'tab',
      'f5',
    );
    fc.assert(
      fc.property(fc.array(key, { maxLength: 60 }), (keys) => {
        const edit = type(keys);
        expect(edit.cursor).toBeGreaterThanOrEqual(0);
        expect(edit.cursor).toBeLessThanOrEqual(edit.text.length);
        expect(edit.text).not.toContain('tab');
      }),
      { seed: 1 },
    );
  });
});
