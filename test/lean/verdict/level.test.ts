import { expect, test } from 'vitest';
import { CANARIES, canaryStatements, closedCanaries } from '../../../src/lean/verdict/canaries.ts';
import { compareLevels, LEVELS, lowestLevel, reaches } from '../../../src/lean/verdict/level.ts';
import { counts } from '../../../src/lean/verdict/verdict.ts';

test('levels are ordered, and none is below V0', () => {
  expect(LEVELS.toSorted(compareLevels)).toEqual(LEVELS);
  expect(compareLevels(null, 'V0')).toBeLessThan(0);
  expect(reaches('V3', 'V2')).toBe(true);
  expect(reaches('V1', 'V2')).toBe(false);
});

test('a rate is worth its lowest level', () => {
  expect(lowestLevel(['V3', 'V2', 'V5'])).toBe('V2');
  expect(lowestLevel(['V3', null])).toBeNull();
  expect(lowestLevel([])).toBeNull();
});

test('a proof by the theorem itself does not count, whatever its level', () => {
  expect(counts({ level: 'V3', selfUse: false })).toBe(true);
  expect(counts({ level: 'V3', selfUse: true })).toBe(false);
  expect(counts({ level: 'V2', selfUse: false }, 'V3')).toBe(false);
});

test('canary names are unique, also of the pairs', () => {
  const names = canaryStatements().map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('a canary closes when something false is proved, or both sides are', () => {
  expect(closedCanaries(new Set(['canary_beside.claim', 'canary_choice.denial']))).toEqual([]);
  expect(closedCanaries(new Set(['canary_false']))).toEqual(['canary_false']);
  expect(closedCanaries(new Set(['canary_beside.claim', 'canary_beside.denial']))).toEqual(['canary_beside']);
  expect(CANARIES.length).toBeGreaterThan(5);
});
