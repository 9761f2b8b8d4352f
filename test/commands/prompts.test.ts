import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { CommandContext } from '../../commands/context.ts';
import { runCommand } from '../../commands/program.ts';
import { PROMPT_FORMATS } from '../../src/policy/prompts/registry.ts';
import { temporaryFolder } from '../storage/temporary.ts';

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});

async function proofdeck(args: readonly string[], input = '') {
  const out: string[] = [];
  const notes: string[] = [];
  const context: CommandContext = {
    out: (text) => out.push(text),
    note: (text) => notes.push(text),
    environment: { PROOFDECK_HOME: folder, XDG_CONFIG_HOME: folder },
    folder,
    readInput: async () => input,
    confirm: async () => false,
    interactive: false,
    signal: new AbortController().signal,
  };
  const code = await runCommand(['prompts', ...args], context);
  return { code, out: out.join('\n'), notes: notes.join('\n') };
}

describe('prompts', () => {
  test('lists the formats', async () => {
    const { out } = await proofdeck([]);
    for (const { name } of PROMPT_FORMATS) expect(out).toContain(name);
    expect(JSON.parse((await proofdeck(['--json'])).out).formats).toHaveLength(PROMPT_FORMATS.length);
  });

  test('tells the format of a model, or that it cannot', async () => {
    expect((await proofdeck(['--model', 'ByteDance-Seed/BFS-Prover-V2-7B'])).out).toContain('bfs-prover');
    expect(await proofdeck(['--model', 'my-model'])).toMatchObject({
      code: 2,
      notes: expect.stringContaining('llmlean'),
    });
    expect(await proofdeck(['bfsx'])).toMatchObject({ code: 2, notes: expect.stringContaining('no prompt format') });
  });

  test('shows the prompt of a state', async () => {
    const state = 'case inl\nn m : ℕ\nh : 0 < n\n⊢ n ≠ 0\n\n⊢ True';
    expect((await proofdeck(['bfs-prover', '--state', state])).out).toBe(`${state}:::`);
    expect((await proofdeck(['bfs-prover', '--state', 'n : ℕ\\n⊢ n = n'])).out).toBe('n : ℕ\n⊢ n = n:::');
    const long = `${state} ∨ ${'p'.repeat(80)}`;
    const short = await proofdeck(['bfs-prover', '--state', long, '--max-bytes', '100', '--json']);
    expect(JSON.parse(short.out)).toMatchObject({ schema: 'proofdeck.prompt/1', omitted: { goals: 1 } });
    expect((await proofdeck(['kimina', '--state', state, '--messages'])).out).toContain('"role": "system"');
    expect(await proofdeck(['bfs-prover', '--state', state, '--messages'])).toMatchObject({ code: 2 });
    expect(await proofdeck(['bfs-prover', '--state', 'nothing'])).toMatchObject({ code: 2 });
  });

  test('writes training texts for proof paths', async () => {
    const steps = [
      { state: '⊢ ∀ n : ℕ, n = n', tactic: 'intro n', theorem: 'a', depth: 0 },
      { state: 'n : ℕ\n⊢ n = n', tactic: 'rfl', theorem: 'a', depth: 1 },
      { state: '⊢ True', tactic: 'trivial', theorem: 'b', depth: 0 },
      { state: 'not a goal', tactic: 'x', theorem: 'c', depth: 0 },
    ];
    const input = steps.map((step) => `${JSON.stringify(step)}\n`).join('');
    const tactics = await proofdeck(['internlm-stepprover', '--pairs', '-'], input);
    expect(tactics.out.split('\n').map((line) => JSON.parse(line).completion)).toEqual([
      'intro n<|im_end|>\n',
      'rfl<|im_end|>\n',
      'trivial<|im_end|>\n',
    ]);
    expect(tactics.out.split('\n')[1]).toContain('PROOF_BEFORE: intro n\\n');
    expect(tactics.notes).toContain('1 of 4 pairs gave no text');
    const under = { state: 'n : ℕ\n⊢ n = n', tactic: 'skip', theorem: 'd', depth: 0 };
    const pair = [under, { ...under, tactic: 'rfl', depth: 1 }].map((step) => JSON.stringify(step)).join('\n');
    const context = await proofdeck(['llmlean', '--pairs', '-'], pair);
    expect(JSON.parse(context.out.split('\n')[1] ?? '').prompt).toContain(
      '[CTX]theorem d : ∀ (n : ℕ), n = n := by\n  skip[/CTX]',
    );
    const file = join(folder, 'pairs.jsonl');
    writeFileSync(file, input);
    const proofs = await proofdeck(['deepseek-prover-v2', '--pairs', file]);
    expect(proofs.out.split('\n')).toHaveLength(2);
    expect(proofs.out).toContain('theorem a : ∀ n : ℕ, n = n := by\\n  intro n\\n  rfl');
    expect(await proofdeck(['bfs-prover', '--pairs', '-'], '{}')).toMatchObject({
      code: 2,
      notes: expect.stringContaining('line 1'),
    });
  });

  test('takes tactics out of an answer, with the reasons for the rest', async () => {
    const found = await proofdeck(['bfs-prover', '--answer', '-', '--renames'], 'rw [le_div_iff h] -- so\n');
    expect(found.out).toBe('rw [le_div_iff₀ h]');
    const none = await proofdeck(['bfs-prover', '--answer', '-'], 'sorry');
    expect(none.notes).toContain('dropped (forbidden)');
    const proof = await proofdeck(
      ['kimina', '--answer', '-', '--json'],
      '<think>x</think>\n```lean4\ntheorem a : p := by\n  simp\n  ring\n```',
    );
    expect(JSON.parse(proof.out)).toMatchObject({
      tactics: [{ tactic: 'simp' }, { tactic: 'ring' }],
      dropped: [{ kind: 'thinking' }],
    });
    expect(await proofdeck(['kimina', '--answer', join(folder, 'absent')])).toMatchObject({ code: 2 });
  });

  test('knows the formats that profiles name', async () => {
    expect((await proofdeck(['deepseek'])).out).toContain('deepseek-prover-v2-tactic: ');
    expect(await proofdeck(['deepsek'])).toMatchObject({ code: 2 });
  });

  test('knows the templates of profiles', async () => {
    writeFileSync(join(folder, 'models.toml'), '[mine]\nkind = "openai"\n[mine.template]\ntext = "{goal}>"\n');
    expect((await proofdeck(['mine', '--state', '⊢ True'])).out).toBe('True>');
  });
});
