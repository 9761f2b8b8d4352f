import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Transport } from '../../../src/lean/transport.ts';
import { askJson } from '../../helpers/lean.ts';
import { type Forged, forge } from './forged.ts';
import { openProvers, type Provers, START_TIMEOUT_MS } from './provers.ts';

let provers: Provers;
let prover: Transport;

beforeAll(async () => {
  provers = await openProvers();
  prover = provers.transport();
  await prover.start();
}, START_TIMEOUT_MS);

afterAll(async () => {
  await prover?.close();
  await provers?.close();
});

async function replay(
  decls: readonly Forged[],
  target: object = { decl: decls.length - 1 },
): Promise<Record<string, unknown>> {
  return askJson(prover, 'proofdeck.replay', { declarations: forge(decls), targets: [target] });
}

async function verdictOf(decls: readonly Forged[], target?: object): Promise<Record<string, unknown>> {
  const answer = await replay(decls, target);
  expect(answer.error, JSON.stringify(answer)).toBeUndefined();
  return (answer.results as Record<string, unknown>[])[0]!;
}

const honest: Forged = { name: 'good', type: 'True', value: 'True.intro' };

test('an honest declaration is accepted', async () => {
  expect(await verdictOf([honest])).toMatchObject({ level: 'V3', name: 'good', statementMatches: true, axioms: [] });
  expect(await verdictOf([honest], { decl: 0, statement: 'True' })).toMatchObject({
    level: 'V3',
    statementMatches: true,
  });
});

test('a statement is compared in the replaying prover', async () => {
  const answer = await verdictOf([honest], { decl: 0, statement: 'False' });
  expect(answer).toMatchObject({ level: 'V1', statementMatches: false });
});

const refused: readonly (readonly [string, readonly Forged[], RegExp])[] = [
  ['a value of another type', [{ name: 'bad', type: 'False', value: 'True.intro' }], /kernel refuses bad/],
  ['a proof by itself', [{ name: 'bad', type: 'False', value: 'bad' }], /kernel refuses bad/],
  ['a constant that is nowhere', [{ name: 'bad', type: 'False', value: 'nowhere' }], /kernel refuses bad/],
  [
    'what needs a refused declaration',
    [
      { name: 'bad', type: 'False', value: 'True.intro' },
      { name: 'worse', type: 'False', value: 'bad' },
    ],
    /kernel refuses worse/,
  ],
  [
    'a library name taken again',
    [{ name: 'False.elim', type: 'True', value: 'True.intro' }],
    /kernel refuses False\.elim/,
  ],
  [
    'a redefined definition',
    [
      { kind: 'definition', name: 'Not', type: 'True', value: 'True.intro', hints: 'abbrev' },
      { name: 'bad', type: 'False', value: 'Not' },
    ],
    /kernel refuses bad/,
  ],
  [
    'an undeclared universe',
    [{ name: 'bad', type: { constant: 'PUnit', levels: ['u'] }, value: { constant: 'PUnit.unit', levels: ['u'] } }],
    /kernel refuses bad/,
  ],
  ['a loose variable', [{ name: 'bad', type: 'False', value: { raw: [0, 3] } }], /kernel refuses bad/],
  [
    'sorry',
    [{ name: 'bad', type: 'False', value: [{ constant: 'sorryAx', levels: ['0'] }, 'False', 'Bool.false'] }],
    /uses sorry/,
  ],
  [
    'sorry in a helper',
    [
      { name: 'help', type: 'False', value: [{ constant: 'sorryAx', levels: ['0'] }, 'False', 'Bool.true'] },
      { name: 'bad', type: 'False', value: 'help' },
    ],
    /uses sorry/,
  ],
  ['the axiom of native_decide', [{ name: 'bad', type: 'True', value: 'Lean.ofReduceBool' }], /compiled code/],
  [
    'a term that runs compiled code in the kernel',
    [{ name: 'bad', type: 'Bool', value: ['Lean.reduceBool', 'Bool.true'] }],
    /compiled code/,
  ],
  ['a theorem about data', [{ name: 'bad', type: 'Nat', value: 'Nat.zero' }], /kernel refuses bad/],
  [
    'a definition as the target',
    [{ kind: 'definition', name: 'bad', type: 'True', value: 'True.intro', hints: 1 }],
    /not a theorem/,
  ],
];

describe('refused with a reason', () => {
  test.each(refused)('%s', async (_, decls, reason) => {
    const answer = await verdictOf(decls);
    expect(answer.level).toBeNull();
    expect(answer.reason).toMatch(reason);
  });
});

describe('unreadable tables are an error of the command', () => {
  const good = forge([honest]);
  test.each([
    ['an axiom', forge([{ ...honest, kind: 'axiom' }]), /unknown kind axiom/],
    [
      'an expression used before it is given',
      {
        ...good,
        exprs: [
          [3, 1, 0],
          [2, 1, []],
        ],
      },
      /used before it is given/,
    ],
    ['a name used before it is given', { ...good, names: [null, [7, 'x']] }, /used before it is given/],
    ['an index that is no number', { ...good, exprs: [[3, 'x', 0]] }, /not a number/],
    ['a negative index', { ...good, exprs: [[0, -1]] }, /natural number/],
    ['an expression of no kind', { ...good, exprs: [[42]] }, /wrong shape/],
    ['a table that is missing', { names: [], levels: [], exprs: [] }, /decls/],
    ['no table at all', 'what', /./],
  ])('%s', async (_, declarations, message) => {
    const answer = await askJson(prover, 'proofdeck.replay', { declarations, targets: [{ decl: 0 }] });
    expect(answer.error).toBe('command');
    expect(answer.desc).toMatch(message);
  });

  test('a target that does not exist', async () => {
    expect(await replay([honest], { decl: 5 })).toMatchObject({
      error: 'command',
      desc: expect.stringContaining('no declaration 5'),
    });
  });
});

test('a declaration with a name of its own is no helper', async () => {
  const decls: Forged[] = [
    { kind: 'definition', name: 'Great', type: { raw: [1, 0] }, value: 'True', hints: 'abbrev' },
    { name: 'bad', type: 'Great', value: 'True.intro' },
  ];
  expect(await verdictOf(decls)).toMatchObject({ level: 'V1', reason: expect.stringContaining('declares Great') });
  expect(
    await verdictOf([
      { ...decls[0]!, name: 'bad._helper' },
      { ...decls[1]!, type: 'bad._helper' },
    ]),
  ).toMatchObject({ level: 'V3' });
});

test('one request leaves nothing behind for the next', async () => {
  await verdictOf([{ name: 'left', type: 'True', value: 'True.intro' }]);
  expect(await verdictOf([{ name: 'bad', type: 'True', value: 'left' }])).toMatchObject({ level: null });
});
