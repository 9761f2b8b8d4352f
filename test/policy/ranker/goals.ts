import type { Goal } from '../../../src/lean/goal.ts';

/** A goal from `name : type` lines and a `⊢` line. */
export function goal(...lines: readonly string[]): Goal {
  const hypotheses = lines.slice(0, -1).map((line) => {
    const at = line.indexOf(' : ');
    return { name: line.slice(0, at), type: line.slice(at + 3) };
  });
  return { hypotheses, target: lines.at(-1)?.replace(/^⊢ /, '') ?? '' };
}

export const state = (...lines: readonly string[]) => ({ goals: [goal(...lines)], path: [], depth: 0 });
