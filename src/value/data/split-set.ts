import { createHash } from 'node:crypto';
import { GrowingChoices } from './growing-choices.ts';
import { assembleSet } from './read-set.ts';
import type { Choices, Examples, TrainingSet } from './training-set.ts';

export interface SetSplit {
  readonly train: TrainingSet;
  readonly validation: TrainingSet;
  /** States of the validation side that training theorems reach too: they are left out of training. */
  readonly sharedStates: number;
  /** Groups of theorems with one root state, which stay together; most have one theorem. */
  readonly groups: number;
}

/**
 * Splits by theorem, never by state: rows of one theorem say too much about each other. Theorems with the same root state are one
 * statement under several names and stay together. A state that both sides reach stays on the side of the validation alone.
 * @param share of the theorems with positives that go to the validation
 */
export function splitByTheorem(set: TrainingSet, seed: number, share: number): SetSplit {
  const groups = groupsByRoot(set, seed);
  const eligible = new Set(set.eligible);
  const wanted = Math.round(eligible.size * share);
  const held = new Uint8Array(set.theorems.length);
  let taken = 0;
  for (const group of groups) {
    if (taken >= wanted) break;
    for (const theorem of group) {
      held[theorem] = 1;
      if (eligible.has(theorem)) taken += 1;
    }
  }
  return { ...splitAt(set, held), groups: groups.length };
}

function splitAt(set: TrainingSet, held: Uint8Array): Omit<SetSplit, 'groups'> {
  const { theorem, state } = set.examples;
  const isHeld = (example: number): boolean => held[theorem[example] as number] === 1;
  const inValidation = new Uint8Array(set.states.length);
  for (let i = 0; i < set.examples.length; i++) if (isHeld(i)) inValidation[state[i] as number] = 1;
  const shared = new Set<number>();
  for (let i = 0; i < set.examples.length; i++) {
    const one = state[i] as number;
    if (!isHeld(i) && inValidation[one] === 1) shared.add(one);
  }
  return {
    train: partOf(set, (example) => !isHeld(example) && !shared.has(state[example] as number)),
    validation: partOf(set, isHeld),
    sharedStates: shared.size,
  };
}

/** The same set with some of its examples; choices keep the children that are left. */
export function partOf(set: TrainingSet, isKept: (example: number) => boolean): TrainingSet {
  const all = set.examples;
  const kept = Int32Array.from({ length: all.length }, (_, i) => i).filter(isKept);
  const numbers = new Int32Array(all.length).fill(-1);
  for (let i = 0; i < kept.length; i++) numbers[kept[i] as number] = i;
  const column = (values: Int32Array): Int32Array => kept.map((i) => values[i] as number);
  const examples: Examples = {
    length: kept.length,
    theorem: column(all.theorem),
    state: column(all.state),
    parent: column(all.parent),
    tactic: column(all.tactic),
    kind: Uint8Array.from(kept, (i) => all.kind[i] as number),
    remaining: column(all.remaining),
    depth: column(all.depth),
  };
  const theorems = new Set(examples.theorem);
  const choices = choicesLeft(set.choices, numbers);
  return assembleSet({ ...set, examples, choices, counts: { ...set.counts, theorems: theorems.size } });
}

function choicesLeft(all: Choices, numbers: Int32Array): Choices {
  const choices = new GrowingChoices();
  for (let i = 0; i < all.length; i++) {
    for (let at = all.children[i] as number; at < (all.children[i + 1] as number); at++) {
      const left = numbers[all.example[at] as number] as number;
      if (left < 0) continue;
      choices.example.push(left);
      choices.logProb.push(all.logProb[at] as number);
      choices.energy.push(all.energy[at] as number);
      choices.onProof.push(all.onProof[at] as number);
      choices.onFirst.push(all.onFirst[at] as number);
    }
    if (choices.hasChild) choices.end(all.theorem[i] as number, all.parent[i] as number, all.depth[i] as number);
  }
  return choices.values();
}

/** Theorems by their root state, in an order that the seed and the statements decide, not the order of the rows. */
function groupsByRoot(set: TrainingSet, seed: number): readonly (readonly number[])[] {
  const present = [...new Set(set.examples.theorem)];
  const groups = Map.groupBy(present, (theorem) => {
    const root = set.roots[theorem] as number;
    return root < 0 ? `theorem ${set.theorems[theorem]}` : `root ${set.states[root]}`;
  });
  return [...groups]
    .map(([key, theorems]) => ({ lot: createHash('sha256').update(`${seed} ${key}`).digest('hex'), theorems }))
    .sort((a, b) => (a.lot < b.lot ? -1 : 1))
    .map(({ theorems }) => theorems);
}
