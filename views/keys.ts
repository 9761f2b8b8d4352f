import type { Key } from 'ink';

/** Names of keys that are not signs, as remap files and help write them. */
const controlNames: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\t': 'tab',
  '\u001B': 'escape',
  '\u007F': 'backspace',
  ' ': 'space',
};

/**
 * The keys in one chunk of input. Fast typing, tmux and SSH deliver several keys as one chunk, and a sign that follows
 * Escape at once arrives as "meta": both are taken apart here.
 */
export function keysOf(input: string, key: Key): readonly string[] {
  if (key.eventType === 'release') return [];
  const named = namedKey(key);
  if (named !== null) return [named];
  if (key.ctrl && /^[a-z]$/.test(input)) return [`ctrl-${input}`];
  const keys = [...input].map(keyOfSign);
  return key.meta && !key.ctrl ? ['escape', ...keys] : keys;
}

function namedKey(key: Key): string | null {
  if (key.upArrow) return 'up';
  if (key.downArrow) return 'down';
  if (key.leftArrow) return 'left';
  if (key.rightArrow) return 'right';
  if (key.pageUp) return 'pageup';
  if (key.pageDown) return 'pagedown';
  if (key.home) return 'home';
  if (key.end) return 'end';
  if (key.return) return 'enter';
  if (key.escape) return 'escape';
  if (key.tab) return key.shift ? 'shift-tab' : 'tab';
  if (key.backspace) return 'backspace';
  return key.delete ? 'delete' : null;
}

function keyOfSign(sign: string): string {
  const named = controlNames[sign];
  if (named !== undefined) return named;
  const code = sign.charCodeAt(0);
  return code >= 1 && code <= 26 ? `ctrl-${String.fromCharCode(code + 96)}` : sign;
}

const shownNames: Readonly<Record<string, string>> = {
  enter: 'Enter',
  escape: 'Esc',
  tab: 'Tab',
  'shift-tab': 'Shift-Tab',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  up: 'Up',
  down: 'Down',
  left: 'Left',
  right: 'Right',
};

/** A key as a person reads it. */
export function shownKey(key: string): string {
  const control = /^ctrl-(.)$/.exec(key);
  return control ? `Ctrl-${control[1]!.toUpperCase()}` : (shownNames[key] ?? key);
}
