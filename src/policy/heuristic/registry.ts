import type { Rule } from './rule.ts';
import { intervals, roots } from './rules/bounded.ts';
import { box } from './rules/box.ts';
import { closers, split } from './rules/closers.ts';
import { quotients } from './rules/division.ts';
import { gcd, powerDifferences } from './rules/divisors.ts';
import { largePowers, periods } from './rules/exponents.ts';
import { factorRoots, quotientWitness } from './rules/factors.ts';
import { injective, instantiate } from './rules/functions.ts';
import { cases, destructure, direct, substitute } from './rules/hypotheses.ts';
import { induction, smallCases } from './rules/induction.ts';
import { intro } from './rules/intro.ts';
import { mathlib } from './rules/mathlib.ts';
import { residues } from './rules/modular.ts';
import { nonlinear } from './rules/nonlinear.ts';
import { powers } from './rules/powers.ts';
import { cancel, rewriting } from './rules/rewriting.ts';
import { shift } from './rules/shift.ts';
import { definedWitness, symbolicQuotient, symbolicWitness } from './rules/symbolic.ts';
import { witnesses } from './rules/witnesses.ts';

/** Every rule, in the order that breaks ties. */
export const RULES: readonly Rule[] = [
  direct,
  intro,
  destructure,
  closers,
  mathlib,
  split,
  substitute,
  rewriting,
  cancel,
  cases,
  residues,
  induction,
  smallCases,
  witnesses,
  shift,
  intervals,
  factorRoots,
  roots,
  box,
  nonlinear,
  powers,
  periods,
  largePowers,
  symbolicWitness,
  symbolicQuotient,
  definedWitness,
  quotients,
  quotientWitness,
  gcd,
  powerDifferences,
  injective,
  instantiate,
];
