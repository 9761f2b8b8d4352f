import { parameterCount } from '../../../value/head/config.ts';
import { openOnnx } from '../../../value/onnx/open-worker.ts';
import type { OnnxFailed, OnnxWorker } from '../../../value/onnx/worker.ts';
import type { TrainingEvent } from '../../../value/train/events.ts';
import { featureWidth } from '../features.ts';
import { hashText } from '../mixing.ts';
import { energies, type NetWeights, netOf } from '../net.ts';
import type { Template } from '../pool.ts';
import { type Blend, logProbs } from '../ranking.ts';
import { chooseBlend, type Judged } from './choose-blend.ts';
import { groupsOf, type RankingGroup, RIGHT } from './groups.ts';
import { harvest } from './harvest.ts';
import { figuresOf, placeOf, type RankFigures } from './measure.ts';
import type { ObservedProof } from './observation.ts';
import { separateIntroductions } from './separate-introductions.ts';
import { headOf, type NetSettings, trainNet } from './train-net.ts';
import { RankerEvents } from './training-events.ts';

const folds = 5;

/** What came out of a training. */
export interface TrainedRanker {
  readonly weights: NetWeights;
  readonly templates: readonly Template[];
  readonly blend: Blend;
  readonly counts: RankerCounts;
  /** On theorems that the judging net had not seen: the heuristic's order, and the ranker's. */
  readonly heuristic: RankFigures;
  readonly ranker: RankFigures;
}

export interface RankerCounts {
  readonly proofs: number;
  readonly theorems: number;
  /** States on proofs, those that count, and all candidates for these. */
  readonly states: number;
  readonly groups: number;
  readonly candidates: number;
}

export type TrainRankerResult =
  | { readonly kind: 'trained'; readonly trained: TrainedRanker }
  /** Too few theorems were proved. */
  | { readonly kind: 'tooLittle'; readonly message: string }
  | { readonly kind: 'stopped' }
  | OnnxFailed;

export interface TrainRankerRequest {
  readonly proofs: readonly ObservedProof[];
  /** Tactics beyond core Lean that the environment could parse. */
  readonly tactics: ReadonlySet<string>;
  readonly settings: NetSettings;
  readonly signal: AbortSignal;
  /** @param done trainings of `all` */
  readonly onProgress?: (done: number, all: number) => void;
  /** Called with steps, counted over all nets, and with what nets make of theorems that they have not seen. */
  readonly onEvent?: (event: TrainingEvent) => void;
}

/** Why there are too few theorems to train a ranker; null when there are enough. */
export function tooFewTheorems(proofs: readonly ObservedProof[]): string | null {
  const { size } = theoremsOf(proofs);
  return size >= 2 * folds
    ? null
    : `${size} theorems with an accepted proof are too few to train a ranker: at least ${2 * folds} are needed`;
}

const theoremsOf = (proofs: readonly ObservedProof[]): ReadonlySet<string> => new Set(proofs.map(({ root }) => root));

/** What a training will be, before it begins. */
export function rankerPlan(proofs: readonly ObservedProof[], settings: NetSettings) {
  return {
    steps: (folds + 1) * settings.members * settings.steps,
    parameters: settings.members * parameterCount(headOf(settings), featureWidth),
    theorems: theoremsOf(proofs).size,
    states: proofs.reduce((sum, { states }) => sum + states.length, 0),
  };
}

/**
 * Trains a ranker from accepted proofs. Theorems are dealt out to five folds; five nets, each on four of them, judge the fifth:
 * that tells how good the ranker is, and how much to trust it beside the heuristic. The net that is kept has seen all.
 */
export async function trainRanker(request: TrainRankerRequest): Promise<TrainRankerResult> {
  const proofs = request.proofs.map(separateIntroductions);
  const tooFew = tooFewTheorems(proofs);
  if (tooFew !== null) return { kind: 'tooLittle', message: tooFew };
  const opened = await openOnnx({ device: 'cpu', threads: 1 });
  if (opened.kind === 'onnxFailed') return opened;
  try {
    return await train(opened.worker, proofs, request);
  } finally {
    await opened.worker.close();
  }
}

async function train(
  worker: OnnxWorker,
  proofs: readonly ObservedProof[],
  { tactics, settings, signal, onProgress, onEvent }: TrainRankerRequest,
): Promise<TrainRankerResult> {
  const judged: Judged[] = [];
  const { steps, theorems, states } = rankerPlan(proofs, settings);
  const events = new RankerEvents(settings, steps, onEvent ?? (() => {}));
  const learn = (groups: readonly RankingGroup[]) =>
    trainNet(worker, groups, settings, signal, (done) => events.steps(done));
  for (let fold = 0; fold < folds; fold++) {
    onProgress?.(fold, folds + 1);
    const held = Map.groupBy(proofs, ({ root }) => hashText(root) % folds === fold);
    const seen = held.get(false) ?? [];
    const templates = harvest(seen, tactics);
    const net = await learn(groupsOf(seen, templates, tactics));
    if (net.kind !== 'trained') return net;
    const found = netOf(net.weights);
    const fresh = groupsOf(held.get(true) ?? [], templates, tactics).map((group) => ({
      group,
      energy: energies(found, group.features),
    }));
    events.judged(fresh, false);
    judged.push(...fresh);
  }
  onProgress?.(folds, folds + 1);
  const templates = harvest(proofs, tactics);
  const groups = groupsOf(proofs, templates, tactics);
  const net = await learn(groups);
  if (net.kind !== 'trained') return net;
  events.judged(judged, true);
  const blend = chooseBlend(judged);
  const place = ({ group, energy }: Judged) => placeOf(group.labels, logProbs(energy, group.pool, blend));
  return {
    kind: 'trained',
    trained: {
      weights: net.weights,
      templates,
      blend,
      counts: {
        proofs: proofs.length,
        theorems,
        states,
        groups: groups.length,
        candidates: groups.reduce((sum, { pool }) => sum + pool.length, 0),
      },
      heuristic: figuresOf(judged.map(({ group }) => ({ root: group.root, place: heuristicPlace(group) }))),
      ranker: figuresOf(judged.map((one) => ({ root: one.group.root, place: place(one) }))),
    },
  };
}

/** The place in the heuristic's own order; behind its last where only a template is right. */
function heuristicPlace({ pool, labels }: RankingGroup): number {
  const own = pool.filter(({ rank }) => rank >= 0).length;
  const place = pool.findIndex(({ rank }, i) => rank >= 0 && labels[i] === RIGHT);
  return place === -1 ? own : place;
}
