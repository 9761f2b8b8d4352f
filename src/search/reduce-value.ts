import type { SearchEvent } from './events.ts';
import { changeNode, type MutableSearchState } from './reduce-node.ts';
import { nodeScore } from './score.ts';

type ValueEvent = Extract<SearchEvent, { kind: 'values.scored' | 'value.failed' | 'user.value' | 'frontier.rescaled' }>;

/** The part of the reducer that follows what the value model says. */
export function reduceValueEvent(state: MutableSearchState, event: ValueEvent): void {
  const { value: counts, timeMs } = state.statistics;
  switch (event.kind) {
    case 'values.scored':
      state.valueFailure = null;
      for (const { node, energy } of event.scores) changeNode(state, node, { energy });
      counts.calls += 1;
      counts.scored += event.scores.length;
      counts.cached += event.cached ?? 0;
      timeMs.value += event.ms;
      break;
    case 'value.failed':
      state.valueFailure = { message: event.message, retriable: event.retriable };
      counts.failed += 1;
      timeMs.value += event.ms;
      break;
    case 'user.value':
      // Energies of two models cannot be compared; those of a model that comes back can.
      if (event.value !== null && event.value.hash !== state.energiesOf) {
        for (const { id, energy } of state.nodes) if (energy !== null) changeNode(state, id, { energy: null });
        state.energiesOf = event.value.hash;
      }
      state.value = event.value;
      state.valueFailure = null;
      state.scales = null;
      break;
    case 'frontier.rescaled':
      state.scales = event.scales;
      for (const node of state.nodes)
        if (node.status === 'open') {
          const score = nodeScore(node, node.round, state);
          if (score !== node.score) changeNode(state, node.id, { score });
        }
      break;
  }
}
