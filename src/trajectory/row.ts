/** How a state stands to a proof of its theorem. */
export type TrajectoryLabel = 'positive' | 'negative' | 'unknown';

/**
 * One proof state of one search, as a row of a trajectory table. The first twelve columns are the reference's, the next
 * two its second version's (`q_value`, `visits`; absent in old files), the others our own. The tactic is the one that
 * led to the state: a training pair is the parent's `state_pp` with the child's `tactic_applied`.
 */
export interface TrajectoryRow {
  readonly theorem_name: string;
  /** The node's number in its search, 0 for the root: unique within a search, never a prover's own id. */
  readonly state_id: number;
  /** All open goals, joined by a blank line; "" when none is left. */
  readonly state_pp: string;
  readonly tactic_applied: string;
  readonly parent_state_id: number | null;
  /**
   * `positive`: on the accepted proof. `negative`: beside it. `unknown`: nobody knows, because the theorem was not proved, or
   * because the state leads to another closed one that was never judged, or by another tactic back to the proof (the reference
   * called all of them negative).
   */
  readonly label: TrajectoryLabel;
  readonly depth_from_root: number;
  /** Steps to the end of the proof; −1 beside it or unknown. */
  readonly remaining_depth: number;
  /** Of this step alone; 0 for the root. */
  readonly llm_log_prob: number;
  /** −energy; 0 without a value model. See `energy` for states that have none. */
  readonly ebm_score: number;
  readonly is_proof_complete: boolean;
  /** One value for all rows of a search: when it began, ms since 1970. */
  readonly timestamp_ms: number;
  /** Under `whole-proof`, the share of the whole proofs that came to this state and got on from it; 0 where the strategy keeps none. */
  readonly q_value: number;
  /** Under `whole-proof`, how many whole proofs came to this state or were sampled there; else how often the state was expanded. */
  readonly visits: number;
  /**
   * The run or session, and the search in it: with `theorem_name`, `timestamp_ms` and `state_id` the identity of the row. Two
   * runs may have had one name, on two machines or one after the other.
   */
  readonly session: string;
  readonly search: string;
  /** Who proposed the tactic: the provider's name, with its rule where it has one (`heuristic:closer`), `probe`, `fallback`, `typed`; null for the root. */
  readonly origin: string | null;
  /** Level of the theorem's proof (V0 to V5), null where nothing was closed; counts from V2 on. */
  readonly verdict_level: string | null;
  /** What became of the state, and why: `open`, `expanded`, `pruned: depth`, `closed: accepted`, `closed: refused, <why>`, `closed: not judged…`. */
  readonly reason: string;
  /** Null when no value model scored the state; finished proofs have none. */
  readonly energy: number | null;
}
