import { describe, expect, it } from 'vitest';
import { findPromptFormat, PROMPT_FORMATS, promptFormatFor } from '../../../src/policy/prompts/registry.ts';

const MODELS: readonly (readonly [string, string])[] = [
  ['ByteDance-Seed/BFS-Prover-V2-7B', 'bfs-prover'],
  ['zeyu-zheng/BFS-Prover-V2-7B:q8_0', 'bfs-prover'],
  ['internlm/internlm2_5-step-prover', 'internlm-stepprover'],
  ['internlm/internlm2-step-prover', 'internlm-stepprover-2'],
  ['kaiyuy/leandojo-lean4-tacgen-byt5-small', 'reprover'],
  ['kaiyuy/leandojo-lean4-retriever-tacgen-byt5-small', 'reprover'],
  ['deepseek-ai/DeepSeek-Prover-V2-7B', 'deepseek-prover-v2-tactic'],
  ['Mungert/DeepSeek-Prover-V2-7B-GGUF', 'deepseek-prover-v2-tactic'],
  ['deepseek-ai/DeepSeek-Prover-V1.5-RL', 'deepseek-prover-v1.5'],
  ['deepseek-ai/DeepSeek-R1-Distill-Qwen-7B', 'deepseek-r1-distill'],
  ['Goedel-LM/Goedel-Prover-V2-8B', 'goedel-prover-v2'],
  ['Goedel-LM/Goedel-Prover-SFT', 'deepseek-prover-v1.5-cot'],
  ['Goedel-LM/Goedel-Prover-DPO', 'deepseek-prover-v1.5-cot'],
  ['AI-MO/Kimina-Prover-Preview-Distill-7B', 'kimina-preview'],
  ['BoltonBailey/Kimina-Prover-Distill-1.7B', 'kimina'],
  ['wellecks/ntpctx-llama3-8b', 'llmlean'],
  ['/data/models/deepseek_prover_v2_7b', 'deepseek-prover-v2-tactic'],
  ['/data/DeepSeek-Prover-V2-7B/checkpoint-400', 'deepseek-prover-v2-tactic'],
  ['/data/kimina/BFS-Prover-V1-7B/', 'bfs-prover'],
];

describe('promptFormatFor', () => {
  it.each(MODELS)('%s is asked with %s', (model, name) => {
    expect(promptFormatFor(model)).toMatchObject({ kind: 'format', format: { name } });
  });

  it('takes the mode that is wanted', () => {
    expect(promptFormatFor('DeepSeek-Prover-V2-7B', 'wholeProof')).toMatchObject({
      format: { name: 'deepseek-prover-v2' },
    });
    const refused = promptFormatFor('Goedel-Prover-V2-8B', 'tactic');
    expect(refused).toMatchObject({ kind: 'unknownFormat' });
    if (refused.kind === 'unknownFormat') expect(refused.message).toContain('goedel-prover-v2');
  });

  it.each(['', 'Qwen/Qwen3-8B', '/models/iter_3', 'default'])(
    'says that it cannot tell from %j, and what there is',
    (model) => {
      const found = promptFormatFor(model);
      expect(found.kind).toBe('unknownFormat');
      if (found.kind === 'unknownFormat') for (const { name } of PROMPT_FORMATS) expect(found.message).toContain(name);
    },
  );

  it('finds a format by its name, or the nearest', () => {
    for (const { name } of PROMPT_FORMATS)
      expect(findPromptFormat(name)).toMatchObject({ kind: 'format', format: { name } });
    const wrong = findPromptFormat('bfs-provr');
    if (wrong.kind === 'unknownFormat') expect(wrong.message).toContain('did you mean bfs-prover?');
    expect(wrong.kind).toBe('unknownFormat');
  });

  it('has names that are all different', () => {
    expect(new Set(PROMPT_FORMATS.map(({ name }) => name)).size).toBe(PROMPT_FORMATS.length);
  });
});
