import type { ClientStatistics, ServerHealth } from '../client-state.ts';
import type { ServerFailed, ServerFailureReason } from '../server-failure.ts';
import type { ServerLook } from './look.ts';

/** What a server is asked for. */
export type ServerRole = 'tactics' | 'vectors';

/** How a server stands, in one word of a person's language. */
export type ServerFace =
  /** Nothing has come back yet. */
  | 'connecting'
  /** It is there, and reads its model. */
  | 'loading'
  | 'ready'
  | 'busy'
  /** It works, and requests wait at it. */
  | 'queueing'
  /** It refuses some of ours: 429 or 503. */
  | 'overloaded'
  | 'paused'
  /** Its memory is given back, for a training. */
  | 'released'
  /** It answers questions about itself and makes no text: its memory is released, it is paused, or stuck. */
  | 'silent'
  | 'wrong mode'
  | 'unauthorised'
  /** Our own requests wait: the breaker is open. */
  | 'waiting'
  /** Nobody listens there, or the connection broke. */
  | 'down'
  /** It takes connections and does not answer. */
  | 'hanging'
  /** It answers something else than its protocol says. */
  | 'bad answers'
  /** It is another kind of server, or has not the model. */
  | 'not usable';

/** A face, and why. */
export interface ShownFace {
  readonly face: ServerFace;
  /** What is wrong and what to do; null when nothing is. */
  readonly message: string | null;
}

/** What we did to a server ourselves, which it does not tell. */
export type ServerDeed = { readonly kind: 'paused' | 'released'; readonly message: string };

/** What is known of a server at one moment. */
export interface ServerSigns {
  readonly role: ServerRole;
  /** The last look; null before the first one came back. */
  readonly look: ServerLook | ServerFailed | null;
  readonly health: ServerHealth | null;
  /** How long the health check that is out has been out; null when none is. */
  readonly healthPendingMs: number | null;
  /** Whether it was ever seen at work. */
  readonly wasReady: boolean;
  /** Of our own requests; null when nothing is connected to it. */
  readonly own: Pick<ClientStatistics, 'breaker'> | null;
  /** How long it has had requests of ours without answering any; null when it has none. */
  readonly unansweredMs: number | null;
  readonly deed: ServerDeed | null;
  /** The last of our requests that it did not answer well, and how long ago that is; null when there was none. */
  readonly trouble: { readonly reason: ServerFailureReason; readonly message: string; readonly agoMs: number } | null;
}

/** A check of a server that works takes a second. */
const slowHealthMs = 5000;
/** Longer than a step takes under load; a whole proof may take longer, and then the server says that it works. */
const unansweredTooLongMs = 30_000;
/** For so long a refusal of one of our requests colours the face of the server. */
const troubledMs = 15_000;
/** A search that waits for better answers asks every half minute. */
const brokenMs = 45_000;

/** What face a server has: the most urgent of what is known of it. */
export function faceOf(signs: ServerSigns): ShownFace {
  const { look, own, deed } = signs;
  if (look === null) return { face: 'connecting', message: null };
  if (look.kind === 'serverFailed') return failedLook(look, signs.wasReady);
  if (deed !== null) return { face: deed.kind, message: deed.message };
  const mode = wrongMode(signs.role, look);
  if (mode !== null) return { face: 'wrong mode', message: mode };
  if (own !== null && own.breaker.kind !== 'closed') return { face: 'waiting', message: own.breaker.message };
  return stillness(signs, look) ?? troubled(signs) ?? hung(signs, look) ?? { face: workOf(look), message: null };
}

function failedLook({ reason, message, reached }: ServerFailed, wasReady: boolean): ShownFace {
  switch (reason) {
    case 'unauthorised':
      return { face: 'unauthorised', message };
    case 'serverDown':
      return {
        face: 'down',
        message: reached === false && !wasReady ? `${message} One that reads its model does not listen yet.` : message,
      };
    case 'timeout':
      return { face: 'hanging', message };
    case 'overloaded':
      return wasReady ? { face: 'overloaded', message } : { face: 'loading', message };
    case 'wrongMode':
      return { face: 'wrong mode', message };
    case 'badAnswer':
      return { face: 'bad answers', message };
    case 'aborted':
      return { face: 'connecting', message: null };
    case 'badRequest':
    case 'tooLong':
      return { face: 'not usable', message };
  }
}

function wrongMode(role: ServerRole, { identity }: ServerLook): string | null {
  const { completion, chat, embeddings } = identity.capabilities;
  if (role === 'tactics' && !completion && !chat)
    return 'it was started with --is-embedding and makes no tactics: start a second one without';
  if (role === 'vectors' && !embeddings)
    return 'it was not started with --is-embedding and makes no vectors: start a second one with it';
  return null;
}

/** Of a server that tells about itself: that it does not work. */
function stillness(signs: ServerSigns, { accepts, gauges }: ServerLook): ShownFace | null {
  const { health, healthPendingMs, wasReady } = signs;
  if (health?.kind === 'unauthorised') return { face: 'unauthorised', message: health.message };
  const isSick = health !== null && health.kind !== 'ready';
  if (accepts === false || (gauges.held ?? 0) > 0)
    return wasReady || (gauges.held ?? 0) > 0
      ? {
          face: 'paused',
          message: 'it takes no requests until it is told to continue; "proofdeck llm serve status" tells more',
        }
      : { face: 'loading', message: 'it does not take requests yet' };
  if (health?.kind === 'starting') return { face: 'loading', message: health.message };
  if (health?.kind === 'unresponsive' || ((isSick || health === null) && (healthPendingMs ?? 0) > slowHealthMs))
    return {
      face: 'silent',
      message:
        'it tells about itself and makes no text: paused, its memory released, or stuck; "proofdeck llm serve status" tells more',
    };
  return null;
}

/** That it works, but not well for us. */
function troubled({ trouble }: ServerSigns): ShownFace | null {
  if (trouble === null) return null;
  const { reason, message, agoMs } = trouble;
  if (agoMs > (reason === 'badAnswer' ? brokenMs : troubledMs)) return null;
  if (reason === 'overloaded') return { face: 'overloaded', message };
  if (reason === 'timeout') return { face: 'hanging', message };
  return reason === 'badAnswer' ? { face: 'bad answers', message } : null;
}

/** It keeps our requests, and nothing tells that it works on them. */
function hung({ unansweredMs }: ServerSigns, { gauges }: ServerLook): ShownFace | null {
  if (unansweredMs === null || unansweredMs < unansweredTooLongMs || workOf({ gauges }) !== 'ready') return null;
  const seconds = Math.round(unansweredMs / 1000);
  return {
    face: 'hanging',
    message: `it has had requests of ours for ${seconds} s, answers none, and does not say that it works on any`,
  };
}

function workOf({ gauges }: Pick<ServerLook, 'gauges'>): ServerFace {
  if ((gauges.queued ?? 0) > 0) return 'queueing';
  return (gauges.running ?? 0) > 0 ? 'busy' : 'ready';
}
