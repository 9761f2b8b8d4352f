import { expect, test } from 'vitest';
import { startError } from '../../src/run/job-error.ts';

test.each([
  ['t', 'index', 'there is no theorem t in the environment', 'start', 'unknownTheorem'],
  ['_private.Mathlib.Foo.0.bar', 'index', 'there is no theorem', 'start', 'privateName'],
  ['List.foo._proof_1', 'elab', 'nothing', 'start', 'privateName'],
  ['t', 'elab', 'Unknown identifier `Natt`', 'start', 'unknownName'],
  ['t', 'elab', 'unknown constant Foo.bar', 'start', 'unknownName'],
  ['t', 'elab', '(1 : Nat) is not a proposition (its type is Type)', 'start', 'notAProposition'],
  ['t', 'elab', 'type mismatch', 'start', 'doesNotElaborate'],
  ['t', 'parse', 'unexpected token', 'start', 'doesNotParse'],
  ['t', 'limit', 'maximum number of heartbeats', 'start', 'tooSlow'],
  ['t', 'goalDiffers', 'it starts with another goal', 'start', 'goalDiffers'],
  ['t', 'workerLost', '2 workers were lost over it', 'lean', 'workerLost'],
])('%s, %s: %s is sorted as %s/%s', (theorem, category, message, stage, sorted) => {
  expect(startError(theorem, { category, message })).toEqual({ stage, category: sorted, message });
});
