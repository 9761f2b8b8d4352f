import { z } from 'zod';
import { goalSchema } from '../lean/goal.ts';
import { tacticOutcomeSchema } from '../lean/outcome.ts';
import { candidateSchema, droppedSchema, providerIdentitySchema } from '../policy/provider.ts';
import { spreadSchema, valueRecordSchema } from '../value/score/value-model.ts';
import { searchSettingsSchema } from './settings.ts';
import { proofEvents } from './whole-proof/events.ts';

/*
 * The events of one search. `input` events bring in what the search cannot know by itself: answers of Lean, of the
 * provider, of the value model, of the clock, and the wishes of a person. `derived` events are what the search machine
 * concludes from them; the same inputs always give the same derived events, which is what `replay --verify` checks.
 *
 * Nodes are numbered from 0 (the root) in the order in which they are added; candidates are numbered per node.
 */

const node = z.int().min(0);
const candidate = z.int().min(0);

/** What is to be proved, and where it comes from. */
export const problemSchema = z.object({
  /** Name that the proof will carry. */
  name: z.string(),
  /** The statement as a closed term, or null when only `copyFrom` is known. */
  statement: z.string().nullable(),
  /** A theorem of the environment whose type is the statement. */
  copyFrom: z.string().optional(),
  imports: z.array(z.string()),
  /** File, panel or benchmark that it was taken from. */
  source: z.string().optional(),
  /** Names of the universes that the statement is about. */
  levels: z.array(z.string()).optional(),
  /** Tactics from the theorem to the search's root, which bring its hypotheses in; every proof begins with them. */
  introduce: z.array(z.string()).optional(),
  /** The goal as somebody printed it, where the theorem was given as one. */
  traced: z.string().optional(),
  /** What a reader should know about how the theorem was started. */
  note: z.string().optional(),
  /** Why it cannot be started, where that is known before Lean is asked for its goal. */
  refusal: z.object({ category: z.string(), message: z.string() }).optional(),
});
export type Problem = Readonly<z.infer<typeof problemSchema>>;

export const inputEventSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('search.opened'),
    problem: problemSchema,
    settings: searchSettingsSchema,
    provider: z.object({
      name: z.string(),
      kind: z.string(),
      /** What stands behind it; left out for what is built in. */
      identities: z.array(providerIdentitySchema).optional(),
    }),
    worker: z.object({ kind: z.string(), toolchain: z.string() }),
    value: valueRecordSchema.optional(),
    /** A branch starts with the tactics that lead to the node it was forked from. */
    fork: z.object({ search: z.string(), node, prefix: z.array(z.string()) }).optional(),
  }),
  /** A goal's text, stored once under its hash before any event names it. */
  z.object({ kind: z.literal('goal.stored'), hash: z.string(), goal: goalSchema }),
  z.object({ kind: z.literal('root.started'), goals: z.array(z.string()), ms: z.number() }),
  z.object({ kind: z.literal('root.failed'), category: z.string(), message: z.string() }),
  z.object({
    kind: z.literal('candidates.proposed'),
    node,
    round: z.int().min(0),
    candidates: z.array(candidateSchema),
    exhausted: z.boolean(),
    /** What the provider threw away before it was a candidate. */
    dropped: z.array(droppedSchema).optional(),
    /** The provider had the answer at hand. */
    cached: z.literal(true).optional(),
    ms: z.number(),
  }),
  z.object({
    kind: z.literal('provider.failed'),
    node,
    round: z.int(),
    message: z.string(),
    /** Asking again may help. */
    retriable: z.boolean().optional(),
    ms: z.number(),
  }),
  /** The candidate is now running on this worker. */
  z.object({ kind: z.literal('tactic.sent'), node, candidate, worker: z.int() }),
  z.object({
    kind: z.literal('tactic.answered'),
    node,
    candidate,
    worker: z.int(),
    outcome: tacticOutcomeSchema,
    /** Syntax kind that Lean gave the tactic, where the worker tells. */
    syntaxKind: z.string().optional(),
    heartbeats: z.number().optional(),
    ms: z.number(),
  }),
  /** One answer of the value model. */
  z.object({
    kind: z.literal('values.scored'),
    scores: z.array(z.object({ node, energy: z.number() })),
    /** States that it cannot take; they count as ones of average energy. */
    refused: z.array(z.object({ node, message: z.string() })).optional(),
    /** How many energies it had at hand. */
    cached: z.int().optional(),
    ms: z.number(),
  }),
  z.object({
    kind: z.literal('value.failed'),
    nodes: z.array(node),
    message: z.string(),
    /** Asking again may help. */
    retriable: z.boolean(),
    ms: z.number(),
  }),
  z.object({
    kind: z.literal('verdict.given'),
    node,
    /** V0 to V5, or null when the text does not even elaborate. */
    level: z.enum(['V0', 'V1', 'V2', 'V3', 'V4', 'V5']).nullable(),
    accepted: z.boolean(),
    axioms: z.array(z.string()),
    axiomsBehindLibrary: z.string(),
    statementMatches: z.boolean(),
    selfUse: z.boolean(),
    checks: z.array(z.string()),
    toolchain: z.string(),
    script: z.string(),
    reason: z.string().optional(),
    ms: z.number(),
  }),
  /** The time for the theorem is used up. `runningMs` is time spent running, pauses left out. */
  z.object({ kind: z.literal('time.expired'), runningMs: z.number() }),
  /** The search has come to a halt; so long it has run by now, pauses left out. */
  z.object({ kind: z.literal('time.noted'), runningMs: z.number() }),
  z.object({ kind: z.literal('user.step') }),
  z.object({ kind: z.literal('user.run') }),
  /** `by`: not a person, but the disk, on which nothing can be recorded. */
  z.object({ kind: z.literal('user.pause'), by: z.literal('disk').optional() }),
  z.object({ kind: z.literal('user.stop') }),
  z.object({ kind: z.literal('user.breakpoint'), node, on: z.boolean() }),
  /** Expand this node next, whatever its place in the frontier. */
  z.object({ kind: z.literal('user.expand'), node }),
  z.object({ kind: z.literal('user.tactic'), node, tactic: z.string() }),
  z.object({ kind: z.literal('user.family'), family: z.string(), blocked: z.boolean() }),
  z.object({ kind: z.literal('user.set'), changes: searchSettingsSchema.partial() }),
  /** Another provider, or the same one with something else behind it, from the next expansion on. */
  z.object({
    kind: z.literal('user.provider'),
    name: z.string(),
    providerKind: z.string(),
    identities: z.array(providerIdentitySchema).optional(),
  }),
  /** Another value model, or none, from the next expansion on; open nodes get its energies first. */
  z.object({ kind: z.literal('user.value'), value: valueRecordSchema.nullable() }),
]);
export type InputEvent = Readonly<z.infer<typeof inputEventSchema>>;

/** Why a proposed candidate was not given to Lean. */
export const dropReasonSchema = z.discriminatedUnion('kind', [
  /** Same text, or same normal form, as candidate `of` of the same node. */
  z.object({ kind: z.literal('sameText'), of: candidate }),
  z.object({ kind: z.literal('sameNormalForm'), of: candidate }),
  z.object({ kind: z.literal('blockedFamily'), family: z.string() }),
  z.object({ kind: z.literal('empty') }),
  /** The whole proof that begins with it holds a word that proves nothing. */
  z.object({ kind: z.literal('forbiddenWord'), word: z.string() }),
]);
export type DropReason = Readonly<z.infer<typeof dropReasonSchema>>;

const rankedSchema = z.object({
  candidate,
  /** Position in the provider's proposal; null for probes, fallbacks and typed tactics. */
  proposal: z.int().nullable(),
  tactic: z.string(),
  logProb: z.number().nullable(),
  origin: z.string(),
  reason: z.string().optional(),
  heartbeats: z.int().optional(),
  dropped: dropReasonSchema.optional(),
  /** The whole proof that it is a step of, and which one, from 0. */
  proof: z.int().optional(),
  step: z.int().optional(),
});

export const statusSchema = z.enum(['proved', 'exhausted', 'budget', 'timeout', 'error', 'stopped']);
export type SearchStatus = z.infer<typeof statusSchema>;

/** Limits of whole-proof search: its rounds, and the proofs sampled in all. */
export const stopLimitSchema = z.enum(['max_rounds', 'hybrid_budget']);
export type StopLimit = z.infer<typeof stopLimitSchema>;

/** How the log-probs and the energies of a search spread. */
export const scalesSchema = z.object({ logProb: spreadSchema, energy: spreadSchema });
export type Scales = Readonly<z.infer<typeof scalesSchema>>;

export const derivedEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('expansion.begun'), expansion: z.int(), node, round: z.int() }),
  /** The candidates of this round in the order in which Lean will get them, the dropped ones with their reason. */
  z.object({
    kind: z.literal('candidates.ranked'),
    node,
    round: z.int(),
    candidates: z.array(rankedSchema),
    /** One tactic that a person typed, outside any expansion. */
    typed: z.literal(true).optional(),
    /** Steps of whole proofs that have come to the node, outside any expansion of it. */
    inherited: z.literal(true).optional(),
    /** In a round of whole proofs: how many of them differ. */
    different: z.int().optional(),
  }),
  ...proofEvents,
  z.object({
    kind: z.literal('node.added'),
    node,
    parent: node.nullable(),
    candidate: candidate.nullable(),
    goals: z.array(z.string()),
    depth: z.int(),
    /** Log-prob of the last step, and the sum from the root. */
    logProb: z.number(),
    pathLogProb: z.number(),
  }),
  /** The candidate led to a state that the tree holds already, as node `of`. */
  z.object({ kind: z.literal('node.repeated'), node, candidate, of: node }),
  /** The node waits in the frontier with this score; `round` > 0 when it was expanded before. */
  z.object({ kind: z.literal('node.queued'), node, score: z.number(), round: z.int() }),
  /** Log-probs and energies spread like this so far (null: there is no value model any more); under `normalise = "auto"` the open nodes are scored anew by it. */
  z.object({ kind: z.literal('frontier.rescaled'), scales: scalesSchema.nullable() }),
  z.object({ kind: z.literal('node.pruned'), node, reason: z.enum(['depth']) }),
  /** Tries that were given up because the search ended, or because another candidate settled the goal. */
  z.object({ kind: z.literal('candidates.skipped'), node, candidates: z.array(candidate) }),
  z.object({ kind: z.literal('expansion.ended'), expansion: z.int(), node, round: z.int(), children: z.int() }),
  /** All goals are closed at this node; the script goes to the judge. */
  z.object({ kind: z.literal('proof.closed'), node, proof: z.array(z.string()) }),
  z.object({
    kind: z.literal('search.paused'),
    reason: z.enum(['step', 'user', 'breakpoint', 'provider', 'value']),
    node: node.optional(),
  }),
  z.object({
    kind: z.literal('search.ended'),
    status: statusSchema,
    reason: z.string(),
    node: node.optional(),
    /** Of the status `budget`: which limit it was, where it was not that of expansions. */
    limit: stopLimitSchema.optional(),
  }),
]);
export type DerivedEvent = Readonly<z.infer<typeof derivedEventSchema>>;
export type RankedCandidate = Readonly<z.infer<typeof rankedSchema>>;

export const searchEventSchema = z.union([inputEventSchema, derivedEventSchema]);
export type SearchEvent = InputEvent | DerivedEvent;

const inputKinds: ReadonlySet<string> = new Set(inputEventSchema.options.map((o) => o.shape.kind.value));

/** Whether an event came from outside the search machine. */
export function isInput(event: SearchEvent): event is InputEvent {
  return inputKinds.has(event.kind);
}
