import type { ScannedCode } from './scan.ts';

/** One line of code that holds something. */
export interface Line {
  readonly indent: number;
  /** Without the blanks around it. */
  readonly text: string;
  /** As long as `text`; see `ScannedCode.mask`. */
  readonly mask: string;
}

/** The lines of scanned code that are not blank. `column` is the indentation that the first line has had before. */
export function linesOf({ code, mask }: Pick<ScannedCode, 'code' | 'mask'>, column: number = 0): readonly Line[] {
  const masks = mask.split('\n');
  return code.split('\n').flatMap((raw, i) => {
    const text = raw.trim();
    if (text === '') return [];
    const start = raw.length - raw.trimStart().length;
    const line = {
      indent: start + (i === 0 ? column : 0),
      text,
      mask: (masks[i] ?? '').slice(start, start + text.length),
    };
    return [line];
  });
}

/** The line without its first `count` signs and the blanks after them; null when nothing is left. */
export function withoutStart(line: Line, count: number): Line | null {
  const rest = line.text.slice(count);
  const text = rest.trimStart();
  if (text === '') return null;
  const skipped = count + rest.length - text.length;
  return { indent: line.indent + skipped, text, mask: line.mask.slice(skipped) };
}

/** The text of lines, `base` columns further left. */
export function textOfLines(lines: readonly Line[], base: number = 0): string {
  return lines.map(({ indent, text }) => `${' '.repeat(Math.max(0, indent - base))}${text}`).join('\n');
}

export function maskOfLines(lines: readonly Line[], base: number = 0): string {
  return lines.map(({ indent, mask }) => `${' '.repeat(Math.max(0, indent - base))}${mask}`).join('\n');
}
