import type { Block, Column, ReportDocument } from '../../src/run/report/document.ts';
import type { Rate } from '../../src/run/wilson.ts';
import { figure, percent } from '../../src/text/quantity.ts';
import type { ChoiceRates } from '../../src/value/probe/child-choice.ts';
import type { DepthFigures, ProbeResult, Separation } from '../../src/value/probe/probe.ts';

/** What was probed, on what. */
export interface AboutProbe {
  readonly model: string;
  readonly hash: string;
  readonly encoder: string;
  readonly variant: string;
  readonly files: number;
  /** Which theorems. */
  readonly what: string;
  /** Theorems of the files that it was trained on, of all; null where the model does not say. */
  readonly leftOut: { readonly n: number; readonly of: number } | null;
  readonly mayBeTrainedOn: boolean;
}

/** The figures of a probe for people. `renderLines`, `renderMarkdown` and `renderHtml` make text of it. */
export function probeReport(about: AboutProbe, result: ProbeResult): ReportDocument {
  const { separation, ranking, choice, calibration, vectors } = result;
  return {
    title: `Probe of ${about.model}`,
    blocks: [
      ...(about.mayBeTrainedOn
        ? [
            banner(
              'the model was trained on files among these: their figures flatter it; --split takes one half of the theorems',
            ),
          ]
        : []),
      ...(result.failed > 0
        ? [banner(`${result.failed} states have no energy: their texts could not be encoded`)]
        : []),
      {
        kind: 'facts',
        facts: [
          ['model', `${about.hash.slice(0, 12)}, ${about.variant}, ${about.encoder}`],
          ['theorems', `${result.theorems}, ${result.withPositives} with states on a proof; ${about.what}`],
          ['left out', leftOut(about)],
          ['states', `${result.states} in ${about.files} files`],
          ['on a proof', spread(separation.positive)],
          ['beside one', spread(separation.negative)],
          ['gap', number(separation.gap)],
          [
            'AUROC',
            `${number(separation.auroc)}; within a theorem ${number(separation.withinTheorem)}, siblings ${number(separation.siblings)}`,
          ],
          [
            'encoder alone',
            `centroid distance ${number(vectors.centroidL2)}, AUROC along it ${number(vectors.centroidAuroc)}`,
          ],
          ...(ranking === null
            ? []
            : ([
                ['rank-1', `${percent(ranking.rank)} of ${result.samples} samples, pairs ${percent(ranking.pair)}`],
                ['gap, spread', `${number(ranking.gap)}, ${number(ranking.std)}`],
              ] as const)),
          ...(calibration === null ? [] : ([['calibration', `ECE ${percent(calibration.ece)}`]] as const)),
          ['gate', gate(result.go)],
        ],
      },
      { kind: 'heading', text: 'Child choice' },
      choiceTable('the child on the proof of the search', choice.proof),
      choiceTable('any child on a known proof', choice.anyProof),
      { kind: 'heading', text: 'By depth' },
      depthTable(result.byDepth),
      ...(calibration === null ? [] : [calibrationTable(calibration)]),
    ],
  };
}

function leftOut({ leftOut }: AboutProbe): string {
  if (leftOut === null)
    return 'none: the model does not say which theorems it was trained on; only whole files of its training are noticed';
  return `${leftOut.n} of ${leftOut.of} theorems, which it was trained on`;
}

const banner = (text: string): Block => ({ kind: 'banner', text });
const number = (value: number | null): string => (value === null ? '–' : value.toFixed(3));
const spread = ({ n, mean, std }: Separation['positive']): string => `${n}, energy ${number(mean)} ± ${number(std)}`;

function gate(go: boolean | null): string {
  if (go === null) return 'nothing to judge by';
  return go
    ? 'GO: gap > 0 and rank-1 > 60 %'
    : 'NO-GO: gap > 0 and rank-1 > 60 % are asked for; do not use it in search';
}

/** A tie counts by its share, so that `n` may be broken. */
const ofAll = ({ n, of }: Rate): string => `${figure(n)} of ${of}`;
const interval = ({ of, wilson95: [low, high] }: Rate): string =>
  of === 0 ? '' : `${percent(low)} to ${percent(high)}`;
const right = (title: string): Column => ({ title, align: 'right' });

function choiceTable(caption: string, { energy, logProb, combined, chance, children }: ChoiceRates): Block {
  const row = (name: string, rate: Rate): readonly string[] => [
    name,
    ofAll(rate),
    rate.of === 0 ? '–' : percent(rate.rate),
    interval(rate),
    rate.of === 0 || chance === 0 ? '–' : `${(rate.rate / chance).toFixed(2)}×`,
  ];
  return {
    kind: 'table',
    caption: `${caption}: ${energy.of} choices of ${children.toFixed(1)} children, chance ${percent(chance)}`,
    columns: [{ title: 'chosen by' }, right('right'), right('share'), right('95 %'), right('of chance')],
    rows: [row('lowest energy', energy), row('highest log-prob', logProb), row('both, half and half', combined)],
  };
}

function depthTable(depths: readonly DepthFigures[]): Block {
  return {
    kind: 'table',
    caption: 'states by depth, choices by the depth of the state that is left',
    columns: [
      right('depth'),
      right('on a proof'),
      right('beside'),
      right('gap'),
      right('AUROC'),
      right('choice by energy'),
      right('by log-prob'),
      right('chance'),
    ],
    rows: depths
      .filter(hasFigures)
      .map(({ depth, separation, choice: { proof } }) => [
        String(depth),
        String(separation.positive.n),
        String(separation.negative.n),
        separation.auroc === null ? '–' : number(separation.gap),
        number(separation.auroc),
        proof.energy.of === 0 ? '–' : ofAll(proof.energy),
        proof.energy.of === 0 ? '–' : ofAll(proof.logProb),
        proof.energy.of === 0 ? '–' : percent(proof.chance),
      ]),
  };
}

/** Depths of which nothing is known are left out. */
const hasFigures = ({ separation: { positive, negative } }: DepthFigures): boolean => positive.n + negative.n > 0;

function calibrationTable({ bins }: NonNullable<ProbeResult['calibration']>): Block {
  return {
    kind: 'table',
    caption: 'states sorted by energy, in bins of equal size: the share on a proof, and what a logistic curve expects',
    columns: [right('energy from'), right('to'), right('states'), right('on a proof'), right('expected')],
    rows: bins.map(({ n, from, to, expected, positive }) => [
      number(from),
      number(to),
      String(n),
      percent(positive),
      percent(expected),
    ]),
  };
}
