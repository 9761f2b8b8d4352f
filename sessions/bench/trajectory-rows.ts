import type { TrajectoryRow } from '../../src/trajectory/row.ts';

/** Rows of one search; a fifth of the theorems is proved, as in real runs. */
const rowsOfOne = 60;
const provedEvery = 5;
const proofLength = 4;

/**
 * Rows as a run of many theorems writes them: goals of 300 to 900 characters that share their hypotheses within a theorem
 * and change a little from state to state. The same every time.
 */
export function* trajectoryRows(count: number): Generator<TrajectoryRow> {
  const random = numbers(1);
  for (let i = 0; i < count; i++) {
    const theorem = Math.floor(i / rowsOfOne);
    const state = i % rowsOfOne;
    const proved = theorem % provedEvery === 0;
    const onPath = proved && state < proofLength;
    const parent = state === 0 ? null : onPath ? state - 1 : Math.floor(random() * state);
    const complete = onPath && state === proofLength - 1;
    yield {
      theorem_name: `Benchmark.theorem_${theorem}`,
      state_id: state,
      state_pp: complete ? '' : goalOf(theorem, state, random),
      tactic_applied: state === 0 ? '' : tacticOf(random),
      parent_state_id: parent,
      label: proved ? (onPath ? 'positive' : 'negative') : 'unknown',
      depth_from_root: onPath ? state : Math.min(state, 1 + (state % 12)),
      remaining_depth: onPath ? proofLength - 1 - state : -1,
      llm_log_prob: state === 0 ? 0 : -4 * random(),
      ebm_score: 0,
      is_proof_complete: complete,
      timestamp_ms: 1_700_000_000_000 + theorem * 1000,
      q_value: 0,
      visits: state % 3 === 0 ? 1 : 0,
      session: 'adhoc/20260101-000000-0000',
      search: `t${theorem}.1`,
      origin: state === 0 ? null : 'heuristic:closer',
      verdict_level: proved ? 'V3' : null,
      reason: complete ? 'closed: accepted' : state % 3 === 0 ? 'expanded' : 'open',
      energy: null,
    };
  }
}

const tactics = ['intro h', 'simp', 'omega', 'nlinarith [sq_nonneg (a - b)]', 'rcases h with h | h', 'norm_num at *'];

function tacticOf(random: () => number): string {
  const tactic = tactics[Math.floor(random() * tactics.length)] as string;
  return random() < 0.5 ? tactic : `${tactic} <;> have h${Math.floor(random() * 1000)} := hx`;
}

function goalOf(theorem: number, state: number, random: () => number): string {
  const hypotheses = Array.from(
    { length: 5 + (theorem % 10) },
    (_, k) => `h${k} : ${(theorem * 7 + k) % 97} * x ^ ${k} + y ≤ ${(theorem * 13 + k) % 89} * z + f (g x ${k})`,
  );
  const own = Array.from({ length: state % 4 }, () => `this : a = ${Math.floor(random() * 1e6)} ∧ b ≠ c`);
  return [...hypotheses, ...own, `⊢ x ^ ${state} + ${Math.floor(random() * 1e6)} * y ≤ z ∨ ∃ k, f k = ${state}`].join(
    '\n',
  );
}

/** A small generator with a fixed start (mulberry32). */
function numbers(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
