import type { Key } from 'ink';
import { describe, expect, it } from 'vitest';
import { keysOf, shownKey } from '../../views/keys.ts';

const none: Key = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

describe('the keys in a chunk of input', () => {
  it('are its signs one by one', () => {
    expect(keysOf('jjG', none)).toEqual(['j', 'j', 'G']);
    expect(keysOf('ok\r', none)).toEqual(['o', 'k', 'enter']);
    expect(keysOf('a\n\u007F \t⊢', none)).toEqual(['a', 'ctrl-j', 'backspace', 'space', 'tab', '⊢']);
  });

  it('have names where Ink knows them', () => {
    expect(keysOf('', { ...none, upArrow: true })).toEqual(['up']);
    expect(keysOf('', { ...none, tab: true, shift: true })).toEqual(['shift-tab']);
    expect(keysOf('\r', { ...none, return: true })).toEqual(['enter']);
    expect(keysOf('c', { ...none, ctrl: true })).toEqual(['ctrl-c']);
  });

  it('are Escape and a sign when they come together', () => {
    expect(keysOf('j', { ...none, meta: true })).toEqual(['escape', 'j']);
  });

  it('read well', () => {
    expect(['enter', 'ctrl-l', 'x', 'shift-tab'].map(shownKey)).toEqual(['Enter', 'Ctrl-L', 'x', 'Shift-Tab']);
  });
});
