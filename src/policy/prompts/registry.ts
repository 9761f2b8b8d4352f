import { nearest } from '../../config/nearest.ts';
import { BFS_PROVER } from './bfs-prover.ts';
import { DEEPSEEK_PROVER_V1_5, DEEPSEEK_PROVER_V1_5_COT } from './deepseek-prover-v1.5.ts';
import {
  DEEPSEEK_PROVER_V2,
  DEEPSEEK_PROVER_V2_NONCOT,
  DEEPSEEK_PROVER_V2_PLAIN,
  DEEPSEEK_PROVER_V2_PROOF,
  DEEPSEEK_PROVER_V2_TACTIC,
} from './deepseek-prover-v2.ts';
import { DEEPSEEK_R1_DISTILL } from './deepseek-r1-distill.ts';
import type { PromptFormat, PromptMode } from './format.ts';
import { GOEDEL_PROVER_V2 } from './goedel-prover-v2.ts';
import { INTERNLM_STEPPROVER, INTERNLM_STEPPROVER_2 } from './internlm-stepprover.ts';
import { KIMINA, KIMINA_PREVIEW } from './kimina.ts';
import { LLMLEAN } from './llmlean.ts';
import { GOAL_PROOFSTEP, REPROVER, REPROVER_DECODER } from './reprover.ts';

/** All prompt formats. Of several that fit a model's name the first is taken, so the narrower ones come first. */
export const PROMPT_FORMATS: readonly PromptFormat[] = [
  BFS_PROVER,
  INTERNLM_STEPPROVER,
  INTERNLM_STEPPROVER_2,
  REPROVER_DECODER,
  REPROVER,
  GOAL_PROOFSTEP,
  DEEPSEEK_PROVER_V2_TACTIC,
  DEEPSEEK_PROVER_V2_PLAIN,
  DEEPSEEK_PROVER_V2_PROOF,
  DEEPSEEK_PROVER_V2,
  DEEPSEEK_PROVER_V2_NONCOT,
  DEEPSEEK_PROVER_V1_5_COT,
  DEEPSEEK_PROVER_V1_5,
  DEEPSEEK_R1_DISTILL,
  GOEDEL_PROVER_V2,
  KIMINA_PREVIEW,
  KIMINA,
  LLMLEAN,
];

export type PromptFormatResult =
  | { readonly kind: 'format'; readonly format: PromptFormat }
  | { readonly kind: 'unknownFormat'; readonly message: string };

/** The prompt format of that name. */
export function findPromptFormat(name: string): PromptFormatResult {
  const format = PROMPT_FORMATS.find((one) => one.name === name);
  if (format) return { kind: 'format', format };
  const near = nearest(
    name,
    PROMPT_FORMATS.map((one) => one.name),
  );
  const hint = near === null ? `there are ${formatNames()}` : `did you mean ${near}?`;
  return { kind: 'unknownFormat', message: `there is no prompt format ${JSON.stringify(name)}: ${hint}` };
}

/**
 * The prompt format for a model, from its name or path: the last part of a path counts first, so that a folder's name does not
 * decide about what is in it. With a mode only formats of that mode.
 *
 * @example promptFormatFor('ByteDance-Seed/BFS-Prover-V2-7B') // bfs-prover
 */
export function promptFormatFor(model: string, mode: PromptMode | null = null): PromptFormatResult {
  const parts = model.split(/[/\\]+/).filter((part) => part !== '');
  let otherMode: PromptFormat | null = null;
  for (const text of [parts.at(-1) ?? '', ...parts.slice(0, -1).reverse()]) {
    const name = text.toLowerCase().replace(/[\s_]+/g, '-');
    const fitting = PROMPT_FORMATS.filter(({ models }) => models.some((pattern) => pattern.test(name)));
    const format = fitting.find((one) => mode === null || one.mode === mode);
    if (format) return { kind: 'format', format };
    otherMode ??= fitting[0] ?? null;
  }
  const named = JSON.stringify(model);
  const message = otherMode
    ? `the model ${named} has no prompt format for ${mode === 'tactic' ? 'single tactics' : 'whole proofs'}; it is asked with ${otherMode.name}, for ${otherMode.mode === 'tactic' ? 'single tactics' : 'whole proofs'}`
    : `cannot tell from the name ${named} which prompt format the model was trained with; name one: ${formatNames()}`;
  return { kind: 'unknownFormat', message };
}

/** The names of all formats, for a message. */
export const formatNames = (): string => PROMPT_FORMATS.map(({ name }) => name).join(', ');
