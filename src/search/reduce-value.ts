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
      if (state.mode !== 'ended') state.searchedWith = state.value;
      for (const { node, energy } of event.scores) changeNode(state, node, { energy });
      for (const { node, message } of event.refused ?? []) changeNode(state, node, { unscored: message });
      counts.refused += event.refused?.length ?? 0;
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
        for (const { id, energy, unscored } of state.nodes) {
          if (energy !== null) changeNode(state, id, { energy: null });
          if (unscored !== undefined) forgetRefusal(state, id);
        }
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

function forgetRefusal(state: MutableSearchState, id: number): void {
  const { unscored: _, ...node } = state.nodes[id] as MutableSearchState['nodes'][number];
  state.nodes[id] = node;
}
