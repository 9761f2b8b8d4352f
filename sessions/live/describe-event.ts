import type { TacticOutcome } from '../../src/lean/outcome.ts';
import type { Scales, SearchEvent } from '../../src/search/events.ts';
import { cleanLine } from '../../src/text/clean.ts';
import { counted } from '../../src/text/quantity.ts';
import { endSentence } from '../select/proofs.ts';

const LONGEST = 160;

/** What a provider threw away, with the first reason. */
function unusable({ dropped, cached }: Extract<SearchEvent, { kind: 'candidates.proposed' }>): string {
  const [first] = dropped ?? [];
  const source = cached === true ? ', from the cache' : '';
  if (dropped === undefined || first === undefined) return source;
  return `${source}; ${counted(dropped.length, 'answer')} unusable: ${first.reason}`;
}

/** One line about an event for a person, cleaned and bounded; null for events that say nothing by themselves. */
export function describeEvent(event: SearchEvent): string | null {
  const sentence = describe(event);
  return sentence === null ? null : cleanLine(sentence, ' ⏎ ', LONGEST);
}

function describe(event: SearchEvent): string | null {
  switch (event.kind) {
    case 'search.opened':
      return `search opened: ${event.problem.statement ?? event.problem.name}`;
    case 'root.started':
      return `Lean opened the goal in ${Math.round(event.ms)} ms`;
    case 'root.failed':
      return `Lean refused the statement (${event.category}): ${event.message}`;
    case 'candidates.proposed':
      return `${counted(event.candidates.length, 'candidate')} for node ${event.node}${event.exhausted ? '' : ', more later'}${unusable(event)}`;
    case 'provider.failed':
      return `the provider failed at node ${event.node}: ${event.message}`;
    case 'tactic.answered':
      return `node ${event.node} #${event.candidate}: ${describeOutcome(event.outcome)} (${Math.round(event.ms)} ms)`;
    case 'values.scored':
      return `${event.scores.length === 1 ? '1 energy' : `${event.scores.length} energies`}${event.cached === undefined ? '' : `, ${event.cached} from the cache`}`;
    case 'value.failed':
      return `the value model failed at node ${event.nodes[0] ?? '?'}: ${event.message}`;
    case 'user.value':
      return event.value === null ? 'value model: off' : `value model: ${event.value.name}`;
    case 'frontier.rescaled':
      return event.scales === null ? null : rescaled(event.scales);
    case 'verdict.given':
      return event.accepted
        ? `verified at ${event.level}`
        : `not accepted: ${event.reason ?? event.level ?? 'no verdict'}`;
    case 'time.expired':
      return 'the time is used up';
    case 'expansion.begun':
      return `expanding node ${event.node}${event.round > 0 ? `, round ${event.round + 1}` : ''}`;
    case 'node.added':
      return event.parent === null ? null : `node ${event.node} under ${event.parent}, ${goals(event.goals.length)}`;
    case 'node.repeated':
      return `node ${event.node} #${event.candidate} leads to the state of node ${event.of}`;
    case 'node.pruned':
      return `node ${event.node} is too deep`;
    case 'proof.closed':
      return `all goals closed at node ${event.node}; judging`;
    case 'search.paused':
      return event.reason === 'step' ? null : `paused: ${event.reason}`;
    case 'search.ended':
      return `${event.status}: ${event.reason}`;
    case 'proofs.ended':
      return `${counted(event.proofs.length, 'proof')} ended at node ${event.node} #${event.candidate}: ${endSentence(event.end)}`;
    case 'user.tactic':
      return `typed at node ${event.node}: ${event.tactic}`;
    case 'user.family':
      return `${event.family} ${event.blocked ? 'blocked' : 'allowed'} from here on`;
    case 'user.set':
      return `set ${Object.entries(event.changes)
        .map(([key, value]) => `${key}=${value}`)
        .join(' ')}`;
    case 'user.provider':
      return `provider: ${event.name}`;
    case 'user.breakpoint':
      return `breakpoint ${event.on ? 'on' : 'off'} at node ${event.node}`;
    case 'user.expand':
      return `node ${event.node} is next`;
    case 'goal.stored':
    case 'proofs.advanced':
    case 'time.noted':
    case 'tactic.sent':
    case 'candidates.ranked':
    case 'candidates.skipped':
    case 'node.queued':
    case 'expansion.ended':
    case 'user.step':
    case 'user.run':
    case 'user.pause':
    case 'user.stop':
      return null;
  }
}

function rescaled({ logProb, energy }: Scales): string {
  return `log-probs spread by ${logProb.std.toPrecision(3)}, energies by ${energy.std.toPrecision(3)} about ${energy.mean.toPrecision(3)}`;
}

function describeOutcome(outcome: TacticOutcome): string {
  switch (outcome.kind) {
    case 'goals':
      return goals(outcome.goals.length);
    case 'timedOut':
      return `gave up (${outcome.limit})`;
    case 'parseError':
      return 'does not parse';
    case 'failed':
      return `failed: ${outcome.message.split('\n')[0]}`;
    case 'refused':
      return `refused: ${outcome.reason}`;
    case 'workerLost':
      return 'the worker was lost twice';
  }
}

function goals(n: number): string {
  return n === 0 ? 'no goals left' : counted(n, 'goal');
}
