import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { providerProfileSchema } from '../../../src/config/models.ts';
import { PROMPT_FORMATS } from '../../../src/policy/prompts/registry.ts';
import { templateFormat } from '../../../src/policy/prompts/user-template.ts';
import { packageRoot } from '../../../src/storage/paths.ts';

const page = readFileSync(join(packageRoot(), 'docs/prompts.md'), 'utf8');
const blocks = [...page.matchAll(/^```toml\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block);

describe('the page on prompts', () => {
  it('has a row for each format, with what it writes', () => {
    for (const { name, mode } of PROMPT_FORMATS) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${name}\` |`));
      expect(row, name).toContain(mode === 'tactic' ? '| a tactic |' : '| a whole proof |');
    }
  });

  it.each(blocks)('shows a profile that can be used: %s', (block) => {
    for (const [name, value] of Object.entries(parse(block))) {
      const { template } = providerProfileSchema.parse(value);
      expect(template && templateFormat(name, template)).toMatchObject({ kind: 'format' });
    }
  });

  it('shows profiles', () => expect(blocks.length).toBe(2));
});
