import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findClash, parseKeys } from '../../src/config/keys.ts';
import { keysFile, keysTable } from '../../views/actions/docs.ts';
import { ActionTable, actions } from '../../views/actions/table.ts';

describe('the action table', () => {
  it('gives no key two meanings in one view', () => {
    expect(findClash(actions)).toBeNull();
  });

  it('gives a letter the same meaning in every view that has it', () => {
    const meaning = new Map<string, string>();
    for (const { id, keys } of actions) {
      for (const key of keys) {
        expect(meaning.get(key) ?? id, `the key ${key}`).toBe(id);
        meaning.set(key, id);
      }
    }
  });

  it('names every action once, and says what it does', () => {
    expect(new Set(actions.map(({ id }) => id)).size).toBe(actions.length);
    for (const { id, name, description, screens } of actions) {
      expect(name.length, id).toBeLessThanOrEqual(16);
      expect(description, id).toMatch(/^[A-Z].{5,}[^.]$/);
      expect(screens.length, id).toBeGreaterThan(0);
    }
  });

  it('has the keys that the workbench promises', () => {
    const promised: Readonly<Record<string, string>> = {
      '.': 'search.step',
      ',': 'search.back',
      c: 'search.continue',
      b: 'search.breakpoint',
      x: 'search.expand',
      t: 'search.tactic',
      B: 'search.families',
      f: 'search.fork',
      u: 'search.frontier',
      j: 'move.down',
      k: 'move.up',
      h: 'move.left',
      l: 'move.right',
      g: 'move.first',
      G: 'move.last',
      '/': 'filter',
      n: 'next',
      N: 'previous',
      ':': 'prompt',
      '?': 'help',
      space: 'pin',
      p: 'pin',
      s: 'sort',
      S: 'reverse',
      y: 'copy',
      Y: 'copyId',
      e: 'export',
      o: 'page',
      q: 'leave',
      'ctrl-c': 'leave',
      'ctrl-l': 'repaint',
      'ctrl-z': 'suspend',
      tab: 'nextPane',
      'shift-tab': 'previousPane',
      escape: 'back',
      enter: 'open',
    };
    const table = new ActionTable();
    for (const [key, id] of Object.entries(promised)) expect(table.forKey('search', key)?.id, key).toBe(id);
  });

  it('takes other keys', () => {
    const table = new ActionTable({ 'search.step': ['s'], sort: [] });
    expect(table.forKey('search', 's')?.id).toBe('search.step');
    expect(table.forKey('search', '.')).toBeUndefined();
    expect(table.shownKeyOf('sort')).toBe(':sort');
  });

  it('is the key file to copy from', () => {
    const file = readFileSync(join(import.meta.dirname, '..', '..', 'configs', 'keys.toml'), 'utf8');
    expect(file).toBe(keysFile());
    expect(parseKeys(file, 'configs/keys.toml', actions)).toEqual({
      kind: 'keys',
      overrides: Object.fromEntries(actions.map(({ id, keys }) => [id, keys])),
    });
  });

  it('is the table in the docs', () => {
    const docs = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'workbench.md'), 'utf8');
    expect(docs).toContain(keysTable());
  });
});
