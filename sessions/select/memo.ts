import type { SearchState } from '../../src/search/state.ts';

/**
 * Keeps the last result of `compute` for each state until an event changes it: states are changed in place, and `events`
 * tells whether they were.
 */
export function oncePerState<T>(compute: (state: SearchState) => T): (state: SearchState) => T {
  const kept = new WeakMap<SearchState, { readonly events: number; readonly result: T }>();
  return (state) => {
    const known = kept.get(state);
    if (known && known.events === state.events) return known.result;
    const result = compute(state);
    kept.set(state, { events: state.events, result });
    return result;
  };
}
