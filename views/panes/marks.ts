import type { CandidateWord } from '../../sessions/select/candidate-standing.ts';
import { isDeadEnd } from '../../sessions/select/frontier.ts';
import type { OpenSearch, ShownRunStatus, ShownTrainingStatus, WorkerHealth } from '../../sessions/workbench.ts';
import type { SearchNode } from '../../src/search/state.ts';
import { isInterrupted } from '../draw.ts';
import type { Signs, Tone } from '../theme.ts';

/** A status as it is shown: always a sign, a word and a tone. */
export interface Mark {
  readonly sign: string;
  readonly word: string;
  readonly tone: Tone;
}

/** How a node stands. `isProved` is true for the nodes that an accepted proof goes through. */
export function nodeMark(search: OpenSearch, node: SearchNode, isProved: boolean, signs: Signs): Mark {
  const { state } = search;
  if (isProved) return { sign: '+', word: `proved ${state.verdict?.level ?? ''}`.trim(), tone: 'ok' };
  switch (node.status) {
    case 'open':
      return { sign: '.', word: node.round > 0 ? 'open again' : 'open', tone: 'plain' };
    case 'expanding':
      return isInterrupted(search)
        ? { sign: signs.waiting, word: 'interrupted', tone: 'warn' }
        : { sign: signs.running, word: 'expanding', tone: 'pending' };
    case 'pruned':
      return { sign: '^', word: 'too deep', tone: 'warn' };
    case 'closed':
      return { sign: '+', word: 'closed', tone: 'ok' };
    case 'refuted':
      return { sign: '!', word: 'not accepted', tone: 'fail' };
    case 'done':
      if (isDeadEnd(node)) return { sign: 'x', word: 'dead end', tone: 'fail' };
      return node.expansion === null
        ? { sign: '*', word: 'new', tone: 'plain' }
        : { sign: '-', word: 'expanded', tone: 'dim' };
  }
}

/** How a candidate stands. */
export function candidateMark(word: CandidateWord, signs: Signs): Mark {
  switch (word) {
    case 'waiting':
      return { sign: signs.waiting, word, tone: 'dim' };
    case 'running':
      return { sign: signs.running, word, tone: 'pending' };
    case 'interrupted':
      return { sign: signs.waiting, word, tone: 'warn' };
    case 'applied':
      return { sign: '+', word, tone: 'info' };
    case 'closed':
      return { sign: '+', word, tone: 'ok' };
    case 'repeats':
    case 'same text':
    case 'same form':
      return { sign: '~', word, tone: 'same' };
    case 'failed':
    case 'unreadable':
      return { sign: 'x', word, tone: 'fail' };
    case 'timed out':
    case 'refused':
    case 'worker lost':
      return { sign: '!', word, tone: 'warn' };
    case 'blocked':
    case 'empty':
    case 'forbidden':
    case 'skipped':
      return { sign: '/', word, tone: 'dim' };
    case 'unusable':
      return { sign: '-', word, tone: 'warn' };
  }
}

/** How a search stands, for lists and headers. */
export function searchMark(status: string, level: string | null, signs: Signs): Mark {
  switch (status) {
    case 'proved':
      return { sign: '+', word: `proved ${level ?? ''}`.trim(), tone: 'ok' };
    case 'running':
      return { sign: signs.running, word: 'running', tone: 'pending' };
    case 'stepping':
      return { sign: signs.running, word: 'stepping', tone: 'pending' };
    case 'starting':
      return { sign: signs.waiting, word: 'starting', tone: 'pending' };
    case 'paused':
      return { sign: '.', word: 'paused', tone: 'plain' };
    case 'error':
      return { sign: '!', word: 'error', tone: 'fail' };
    default:
      return { sign: 'x', word: status, tone: 'fail' };
  }
}

export function workerMark(worker: WorkerHealth, signs: Signs): Mark {
  switch (worker.status) {
    case 'busy':
      return { sign: signs.running, word: 'busy', tone: 'pending' };
    case 'idle':
      return { sign: '.', word: 'idle', tone: 'ok' };
    case 'starting':
      return { sign: signs.waiting, word: 'starting', tone: 'pending' };
    case 'dead':
      return { sign: 'x', word: 'dead', tone: 'fail' };
  }
}

/** How a theorem of a run stands; the words are those of `theoremWord`. */
export function theoremMark(word: string, signs: Signs): Mark {
  if (word.startsWith('proved')) return { sign: '+', word, tone: 'ok' };
  switch (word) {
    case 'waiting':
      return { sign: '.', word, tone: 'dim' };
    case 'running':
      return { sign: signs.running, word, tone: 'pending' };
    case 'interrupted':
      return { sign: signs.waiting, word, tone: 'warn' };
    case 'error':
    case 'not verified':
      return { sign: '!', word, tone: 'fail' };
    case 'stopped':
      return { sign: '/', word, tone: 'warn' };
    default:
      return { sign: 'x', word, tone: 'plain' };
  }
}

/** How a training stands. */
export function trainingMark(status: ShownTrainingStatus, signs: Signs): Mark {
  switch (status) {
    case 'opening':
      return { sign: signs.waiting, word: status, tone: 'pending' };
    case 'encoding':
    case 'training':
      return { sign: signs.running, word: status, tone: 'pending' };
    case 'done':
      return { sign: '+', word: status, tone: 'ok' };
    case 'stoppedEarly':
      return { sign: '+', word: 'stopped early', tone: 'ok' };
    case 'stopped':
      return { sign: '/', word: status, tone: 'warn' };
    case 'interrupted':
      return { sign: signs.waiting, word: status, tone: 'warn' };
    case 'failed':
    case 'unreadable':
      return { sign: '!', word: status, tone: 'fail' };
  }
}

/** How a run stands. */
export function runMark(status: ShownRunStatus, signs: Signs): Mark {
  switch (status) {
    case 'starting':
      return { sign: signs.waiting, word: status, tone: 'pending' };
    case 'running':
    case 'stopping':
      return { sign: signs.running, word: status, tone: 'pending' };
    case 'paused':
      return { sign: '.', word: status, tone: 'warn' };
    case 'finished':
      return { sign: '+', word: status, tone: 'ok' };
    case 'stopped':
      return { sign: '/', word: status, tone: 'warn' };
    case 'interrupted':
      return { sign: signs.waiting, word: status, tone: 'warn' };
    case 'failed':
    case 'unreadable':
      return { sign: '!', word: status, tone: 'fail' };
  }
}
