import { expect, test } from 'vitest';
import { faceOf, type ServerSigns } from '../../../src/inference/panel/face.ts';
import { noGauges } from '../../../src/inference/panel/gauges.ts';
import type { ServerLook } from '../../../src/inference/panel/look.ts';
import type { ServerFailed } from '../../../src/inference/server-failure.ts';
import type { ServerIdentity } from '../../../src/inference/server-identity.ts';

const identity = { kind: 'identity', capabilities: { completion: true, chat: false, embeddings: false } };
const look: ServerLook = {
  kind: 'look',
  identity: identity as ServerIdentity,
  gauges: noGauges,
  source: 'none',
  accepts: null,
  ms: 1,
};
const failed = (reason: ServerFailed['reason'], more: Partial<ServerFailed> = {}): ServerFailed => ({
  kind: 'serverFailed',
  reason,
  message: reason,
  retriable: false,
  ...more,
});
const signs = (changes: Partial<ServerSigns>): ServerSigns => ({
  role: 'tactics',
  look,
  health: { kind: 'ready', ms: 1 },
  healthPendingMs: null,
  wasReady: true,
  own: null,
  unansweredMs: null,
  deed: null,
  trouble: null,
  ...changes,
});
const faceWith = (changes: Partial<ServerSigns>): string => faceOf(signs(changes)).face;
const open = { kind: 'open', sinceMs: 0, nextProbeMs: 1, message: 'refused' } as const;
const trouble = (reason: ServerFailed['reason'], agoMs = 10) => ({ reason, message: reason, agoMs });

test.each<[string, string, Partial<ServerSigns>]>([
  ['nothing came back yet', 'connecting', { look: null }],
  ['it works', 'ready', {}],
  ['it works on something', 'busy', { look: { ...look, gauges: { ...noGauges, running: 2, queued: 0 } } }],
  ['requests wait at it', 'queueing', { look: { ...look, gauges: { ...noGauges, running: 2, queued: 1 } } }],
  ['503 before it was ever ready', 'loading', { look: failed('overloaded'), wasReady: false }],
  ['503 later on', 'overloaded', { look: failed('overloaded') }],
  ['its health says that it starts', 'loading', { health: { kind: 'starting', message: 'm' }, wasReady: false }],
  ['it takes no requests', 'paused', { look: { ...look, accepts: false } }],
  ['it never took any', 'loading', { look: { ...look, accepts: false }, wasReady: false }],
  ['it holds requests back', 'paused', { look: { ...look, gauges: { ...noGauges, held: 3 } } }],
  ['a check of a token is out for long', 'silent', { health: null, healthPendingMs: 6000 }],
  ['three checks failed', 'silent', { health: { kind: 'unresponsive', message: 'm' } }],
  ['one check failed, as in long prefills', 'ready', { health: { kind: 'suspect', message: 'm', failures: 1 } }],
  ['a check is out for long, the one before was good', 'ready', { healthPendingMs: 6000 }],
  ['it does not answer', 'hanging', { look: failed('timeout') }],
  ['nobody listens', 'down', { look: failed('serverDown', { reached: false }) }],
  ['a wrong key', 'unauthorised', { look: failed('unauthorised') }],
  ['a web page', 'bad answers', { look: failed('badAnswer') }],
  ['another kind of server', 'not usable', { look: failed('badRequest') }],
  ['vectors are wanted', 'wrong mode', { role: 'vectors' }],
  ['we gave its memory back', 'released', { deed: { kind: 'released', message: 'm' } }],
  ['we paused it', 'paused', { deed: { kind: 'paused', message: 'm' } }],
  ['our breaker is open', 'waiting', { own: { breaker: open } }],
  ['it refused one of ours just now', 'overloaded', { trouble: trouble('overloaded') }],
  ['it refused one of ours a while ago', 'ready', { trouble: trouble('overloaded', 20_000) }],
  ['one of ours got no answer', 'hanging', { trouble: trouble('timeout') }],
  ['it keeps ours and works on none', 'hanging', { unansweredMs: 31_000 }],
  ['it keeps ours for a short while', 'ready', { unansweredMs: 20_000 }],
  [
    'it keeps ours and works on them',
    'busy',
    { unansweredMs: 90_000, look: { ...look, gauges: { ...noGauges, running: 1 } } },
  ],
  ['one of ours got nonsense', 'bad answers', { trouble: trouble('badAnswer') }],
  ['one of ours got nonsense, and the next is due soon', 'bad answers', { trouble: trouble('badAnswer', 31_000) }],
  ['one of ours got nonsense a while ago', 'ready', { trouble: trouble('badAnswer', 50_000) }],
])('%s: %s', (_, face, changes) => {
  expect(faceWith(changes)).toBe(face);
});
