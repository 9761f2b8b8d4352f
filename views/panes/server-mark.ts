import type { ServerView } from '../../sessions/servers/view.ts';
import type { Signs } from '../theme.ts';
import type { Mark } from './marks.ts';

/** How a server stands. */
export function serverMark({ face }: Pick<ServerView, 'face'>, signs: Signs): Mark {
  switch (face) {
    case 'connecting':
    case 'loading':
      return { sign: signs.waiting, word: face, tone: 'pending' };
    case 'ready':
      return { sign: '+', word: face, tone: 'ok' };
    case 'busy':
      return { sign: signs.running, word: face, tone: 'ok' };
    case 'queueing':
      return { sign: signs.running, word: face, tone: 'warn' };
    case 'overloaded':
    case 'hanging':
    case 'silent':
      return { sign: '!', word: face, tone: 'warn' };
    case 'paused':
      return { sign: '.', word: face, tone: 'warn' };
    case 'released':
      return { sign: '.', word: 'memory released', tone: 'warn' };
    case 'waiting':
      return { sign: '!', word: 'not answering', tone: 'fail' };
    case 'down':
    case 'wrong mode':
    case 'unauthorised':
    case 'bad answers':
    case 'not usable':
      return { sign: 'x', word: face, tone: 'fail' };
  }
}
