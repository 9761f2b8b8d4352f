import { type CollectedRows, LABEL_NEGATIVE, LABEL_POSITIVE, LABEL_UNKNOWN } from './collect-rows.ts';
import { POSITIVE, SAME_THEOREM, SIBLING, type StateKind, UNKNOWN } from './training-set.ts';

/** What all rows together say about each state. */
export interface StateFacts {
  /** Whether each search found a proof. */
  readonly proved: Uint8Array;
  /** By state: 1 where some row is positive. Whether a state can be proved does not depend on the theorem that led to it. */
  readonly positive: Uint8Array;
  /** By state: 1 where some row leads to an end that was never judged. */
  readonly unjudged: Uint8Array;
  /** By state: least remaining depth, −1 where unknown. */
  readonly remaining: Int32Array;
  readonly bothLabels: number;
}

/** Gathers the labels of each state over all its rows. */
export function stateFacts(rows: CollectedRows): StateFacts {
  const proved = new Uint8Array(rows.searches.length);
  for (let i = 0; i < rows.length; i++) if (rows.label[i] === LABEL_POSITIVE) proved[rows.search[i] as number] = 1;
  const count = rows.states.length;
  const positive = new Uint8Array(count);
  const negative = new Uint8Array(count);
  const unjudged = new Uint8Array(count);
  const remaining = new Int32Array(count).fill(-1);
  for (let i = 0; i < rows.length; i++) {
    const state = rows.state[i] as number;
    // Without a proof a row says nothing, whatever its label: the reference calls all of them negative.
    if (state < 0 || proved[rows.search[i] as number] !== 1) continue;
    const label = rows.label[i];
    if (label === LABEL_NEGATIVE) negative[state] = 1;
    else if (label === LABEL_UNKNOWN) unjudged[state] = 1;
    else {
      positive[state] = 1;
      const steps = rows.remaining[i] as number;
      const least = remaining[state] as number;
      if (steps >= 0 && (least < 0 || steps < least)) remaining[state] = steps;
    }
  }
  let bothLabels = 0;
  for (let i = 0; i < count; i++) bothLabels += (positive[i] as number) & (negative[i] as number);
  return { proved, positive, unjudged, remaining, bothLabels };
}

/** What one row makes of its state. A proof elsewhere and an end that was never judged outweigh what this search says. */
export function kindOfRow(rows: CollectedRows, facts: StateFacts, parentRow: number, row: number): StateKind {
  const state = rows.state[row] as number;
  if (facts.positive[state] === 1) return POSITIVE;
  if (facts.unjudged[state] === 1 || facts.proved[rows.search[row] as number] !== 1) return UNKNOWN;
  return parentRow >= 0 && rows.label[parentRow] === LABEL_POSITIVE ? SIBLING : SAME_THEOREM;
}
