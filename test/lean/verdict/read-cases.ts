import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A case file: `key: value` lines, a line `---`, and the text as it is. In `statement` a line break is written `\n`.
 *
 * | key | meaning |
 * |---|---|
 * | `mode` | `text` (default), `script`, `steps` (separated by `===` lines) or `file` |
 * | `expect` | `none`, `V1`, `below` (V2), `badStatement`, `selfUse`, `file`; absent in honest cases, which must reach V3 |
 * | `reason` | alternatives separated by `|`, one of which the reason must contain |
 * | `accepted` | names of the theorems of a file that count, separated by blanks |
 */
export interface VerdictCase {
  readonly name: string;
  readonly mode: string;
  readonly expect: string | undefined;
  readonly reasons: readonly string[];
  readonly accepted: readonly string[];
  readonly problem: {
    readonly name: string;
    readonly statement: string | null;
    readonly copyFrom?: string;
    readonly preamble?: string;
  };
  readonly body: string;
}

export function readCases(folder: 'attacks' | 'honest'): readonly VerdictCase[] {
  const path = join(import.meta.dirname, 'cases', folder);
  return readdirSync(path)
    .sort()
    .map((file) => parseCase(file.replace(/\.txt$/, ''), readFileSync(join(path, file), 'utf8')));
}

function parseCase(name: string, content: string): VerdictCase {
  const at = content.indexOf('---\n');
  if (at < 0) throw new Error(`${name}: no line "---"`);
  const fields = new Map(
    content
      .slice(0, at)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)] as const),
  );
  const copyFrom = fields.get('copyFrom');
  const preamble = fields.get('preamble');
  return {
    name,
    mode: fields.get('mode') ?? 'text',
    expect: fields.get('expect'),
    reasons: fields.get('reason')?.split('|') ?? [],
    accepted: fields.get('accepted')?.split(' ').filter(Boolean) ?? [],
    problem: {
      name: fields.get('name') ?? 'foo',
      statement: fields.get('statement')?.replaceAll('\\n', '\n') ?? null,
      ...(copyFrom !== undefined && { copyFrom }),
      ...(preamble !== undefined && { preamble }),
    },
    body: content.slice(at + 4).replace(/\n$/, ''),
  };
}
