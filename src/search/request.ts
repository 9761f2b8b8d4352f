/** What the search machine wants done outside; the answer comes back as an input event. */
export type SearchRequest =
  | { readonly kind: 'startRoot' }
  | { readonly kind: 'propose'; readonly nodes: readonly { readonly node: number; readonly round: number }[] }
  | {
      readonly kind: 'tryTactic';
      readonly node: number;
      readonly candidate: number;
      readonly tactic: string;
      readonly heartbeats: number;
    }
  | { readonly kind: 'score'; readonly nodes: readonly number[] }
  | { readonly kind: 'judge'; readonly node: number; readonly proof: readonly string[] }
  /** Give up these tries of a node, run they or wait; null gives up everything that was asked for. */
  | {
      readonly kind: 'cancelTries';
      readonly tries: { readonly node: number; readonly candidates: readonly number[] } | null;
    };
