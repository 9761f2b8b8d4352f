import { describe, expect, it } from 'vitest';
import { parseKeys } from '../../src/config/keys.ts';
import { actions } from '../../views/actions/table.ts';

const read = (text: string) => parseKeys(text, 'configs/keys.toml', actions);
const problem = (text: string): string => {
  const result = read(text);
  return result.kind === 'badKeys' ? result.message : 'no problem';
};

describe('a key file', () => {
  it('gives actions other keys', () => {
    expect(read('[keys]\n"search.step" = ["ctrl-n", "⊢"]\nhelp = "f"\n"search.fork" = []')).toEqual({
      kind: 'keys',
      overrides: { 'search.step': ['ctrl-n', '⊢'], help: ['f'], 'search.fork': [] },
    });
  });

  it('names the key that is none', () => {
    expect(problem('[keys]\nhelp = "control x"')).toMatch(
      /^configs\/keys\.toml: "control x" for help is not a key; expected one sign/,
    );
    expect(problem('[keys]\nhelp = " "')).toContain('" " for help is not a key');
  });

  it('names the action that is none', () => {
    expect(problem('[keys]\nstep = "s"')).toContain('there is no action "step"');
  });

  it('names the key that would mean two things, and both of them', () => {
    const message = problem('[keys]\n"search.step" = "c"');
    expect(message).toContain('the key "c" would mean both search.step and search.continue in the search view');
  });

  it('says what is wrong with the file', () => {
    expect(problem('[keys\n')).toContain('configs/keys.toml: not valid TOML');
    expect(problem('[keys]\nhelp = 3')).toContain('keys.help');
    expect(problem('[other]\n')).toContain('expected a [keys] table');
  });
});
