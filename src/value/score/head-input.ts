import { stateText } from '../../lean/goal.ts';
import { type HeadVariant, inputParts } from '../head/config.ts';
import type { StateTexts, ValueState } from './value-model.ts';

/** Of a state, the texts that heads of a variant look at. */
export function headTexts({ goals, rootGoals, path, parentGoals }: ValueState, variant: HeadVariant): StateTexts {
  const parts = inputParts(variant);
  return {
    state: stateText(goals),
    goal: parts.includes('goal') ? stateText(rootGoals) : null,
    tactic: parts.includes('tactic') && parentGoals !== null ? (path.at(-1) ?? null) : null,
  };
}

/** Without what heads of a variant do not look at. */
export function relevantTexts({ state, goal, tactic }: StateTexts, variant: HeadVariant): StateTexts {
  const parts = inputParts(variant);
  return {
    state,
    goal: parts.includes('goal') ? (goal ?? state) : null,
    tactic: parts.includes('tactic') ? tactic : null,
  };
}

/** Equal for inputs that a head cannot tell apart. */
export function textsKey({ state, goal, tactic }: StateTexts): string {
  return goal === null && tactic === null ? state : JSON.stringify([state, goal, tactic]);
}

/** All texts that have to be encoded, each once. */
export function textsToEncode(inputs: readonly StateTexts[]): readonly string[] {
  return [
    ...new Set(inputs.flatMap(({ state, goal, tactic }) => [state, goal, tactic].filter((text) => text !== null))),
  ];
}

/** The rows of a head's input, one behind the other. @param vectorOf the vector of a text, of `width` numbers */
export function headInputs(
  inputs: readonly StateTexts[],
  variant: HeadVariant,
  width: number,
  vectorOf: (text: string) => Float32Array,
): Float32Array<ArrayBuffer> {
  const parts = inputParts(variant);
  const rows = new Float32Array(inputs.length * parts.length * width);
  let at = 0;
  for (const { state, goal, tactic } of inputs) {
    const z = vectorOf(state);
    for (const part of parts) {
      if (part === 'state') rows.set(z, at);
      else if (part === 'goal') rows.set(vectorOf(goal ?? ''), at);
      else if (part === 'tactic') {
        if (tactic !== null) rows.set(vectorOf(tactic), at);
      } else {
        const g = vectorOf(goal ?? '');
        for (let i = 0; i < width; i += 1) rows[at + i] = (z[i] as number) * (g[i] as number);
      }
      at += width;
    }
  }
  return rows;
}
