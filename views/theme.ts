import type { ColourDepth } from './terminal.ts';

/** What a piece of text means; each meaning also has a sign or a word wherever it is used. */
export type Tone =
  | 'plain'
  | 'strong'
  | 'dim'
  | 'ok'
  | 'fail'
  | 'pending'
  | 'info'
  | 'same'
  | 'warn'
  | 'focus'
  | 'selected'
  | 'cursor';

/** Our own signs; text of proofs never goes through this table. */
export interface Signs {
  readonly ellipsis: string;
  readonly collapsed: string;
  readonly expanded: string;
  readonly leaf: string;
  readonly breakpoint: string;
  readonly current: string;
  readonly next: string;
  readonly running: string;
  readonly waiting: string;
  readonly vertical: string;
  readonly horizontal: string;
  readonly turnstile: string;
  readonly newline: string;
  readonly dot: string;
  readonly full: string;
  readonly empty: string;
  readonly arrow: string;
  readonly differs: string;
}

const unicodeSigns: Signs = {
  ellipsis: '…',
  collapsed: '▸',
  expanded: '▾',
  leaf: ' ',
  breakpoint: '●',
  current: '▶',
  next: '→',
  running: '»',
  waiting: '◦',
  vertical: '│',
  horizontal: '─',
  turnstile: '⊢',
  newline: '⏎',
  dot: '·',
  full: '█',
  empty: '░',
  arrow: '→',
  differs: '≠',
};

const asciiSigns: Signs = {
  ellipsis: '~',
  collapsed: '+',
  expanded: '-',
  leaf: ' ',
  breakpoint: 'B',
  current: '>',
  next: 'n',
  running: '>',
  waiting: ':',
  vertical: '|',
  horizontal: '-',
  turnstile: '|-',
  newline: '/',
  dot: '.',
  full: '#',
  empty: '.',
  arrow: '->',
  differs: '#',
};

/** Okabe-Ito, readable on light and dark grounds; yellow is left out because it is not on light ones. */
const palette: Readonly<
  Partial<
    Record<Tone, { readonly rgb: readonly [number, number, number]; readonly indexed: number; readonly basic: number }>
  >
> = {
  ok: { rgb: [0, 158, 115], indexed: 36, basic: 32 },
  fail: { rgb: [213, 94, 0], indexed: 166, basic: 31 },
  pending: { rgb: [230, 159, 0], indexed: 178, basic: 33 },
  info: { rgb: [86, 180, 233], indexed: 74, basic: 36 },
  same: { rgb: [204, 121, 167], indexed: 175, basic: 35 },
  warn: { rgb: [230, 159, 0], indexed: 178, basic: 33 },
  focus: { rgb: [86, 180, 233], indexed: 74, basic: 36 },
};

export interface Theme {
  readonly signs: Signs;
  /** Puts the colour of a meaning around a text; the text without colour is what is measured. */
  paint(text: string, tone: Tone): string;
}

/** For screen readers: no sequences and no rules; the chosen row starts with a sign. */
export const readerTheme: Theme = {
  signs: { ...asciiSigns, vertical: ' ', horizontal: ' ' },
  paint: (text, tone) => (tone === 'selected' ? `>${text.slice(1)}` : tone === 'cursor' ? `[${text}]` : text),
};

/** The look for a terminal: colour depth 0 leaves bold and reverse only, `ascii` replaces our own signs. */
export function createTheme(options: { readonly depth: ColourDepth; readonly ascii: boolean }): Theme {
  const starts = new Map<Tone, string>();
  const start = (tone: Tone): string => {
    let known = starts.get(tone);
    if (known === undefined) {
      known = startOf(tone, options.depth);
      starts.set(tone, known);
    }
    return known;
  };
  return {
    signs: options.ascii ? asciiSigns : unicodeSigns,
    paint: (text, tone) => {
      const before = text === '' ? '' : start(tone);
      return before === '' ? text : `${before}${text}\u001B[0m`;
    },
  };
}

function startOf(tone: Tone, depth: ColourDepth): string {
  if (tone === 'plain') return '';
  if (tone === 'strong') return '\u001B[1m';
  if (tone === 'selected' || tone === 'cursor') return '\u001B[7m';
  if (tone === 'dim') return depth === 0 ? '' : '\u001B[2m';
  const bold = tone === 'focus' ? '1;' : '';
  const colour = palette[tone]!;
  if (depth === 0) return tone === 'focus' ? '\u001B[1m' : '';
  if (depth === 4) return `\u001B[${bold}${colour.basic}m`;
  if (depth === 8) return `\u001B[${bold}38;5;${colour.indexed}m`;
  return `\u001B[${bold}38;2;${colour.rgb.join(';')}m`;
}
