import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const root = fileURLToPath(new URL('../../', import.meta.url));
const panelSchema = z.object({ theorems: z.array(z.object({ name: z.string(), statement: z.string() })) });
const { theorems } = panelSchema.parse(JSON.parse(readFileSync(join(root, 'presets/panels/core_panel.json'), 'utf8')));

/** The provider's sources without comments. */
const sources = readdirSync(join(root, 'src/policy/heuristic'), { recursive: true, encoding: 'utf8' })
  .filter((f) => f.endsWith('.ts'))
  .map((file) => {
    const text = readFileSync(join(root, 'src/policy/heuristic', file), 'utf8');
    return { file, text: text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/\/\/.*$/gm, '') };
  });

/** The text of every string and template, where tactics are written. */
function literals(text: string): readonly string[] {
  return text.match(/'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g) ?? [];
}

describe('the heuristic provider knows no problem of the panel', () => {
  it('has sources to look at', () => {
    expect(sources.length).toBeGreaterThan(10);
  });

  it.each(sources)('$file names no theorem', ({ text }) => {
    for (const { name } of theorems) {
      if (/\d/.test(name)) expect(text).not.toContain(name);
    }
  });

  it.each(sources)('$file writes no constant of a problem into a tactic', ({ text }) => {
    const constants = new Set(theorems.flatMap(({ statement }) => statement.match(/\d{2,}/g) ?? []));
    const used = literals(text).flatMap((l) => l.match(/(?<![\w.])\d{2,}(?!\w)/g) ?? []);
    expect(used.filter((n) => constants.has(n))).toEqual([]);
  });

  it.each(sources)('$file contains no statement', ({ text }) => {
    const squeezed = text.replace(/\s+/g, '');
    for (const { statement } of theorems) {
      const target = statement.replace(/\s+/g, '');
      if (target.length > 12) expect(squeezed).not.toContain(target);
    }
  });
});
