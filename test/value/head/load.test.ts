import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encoderFingerprint } from '../../../src/value/encode/identity.ts';
import { ngramIdentity } from '../../../src/value/encode/ngram/ngram.ts';
import { type HeadVariant, headConfigSchema, inputWidth, parameterCount } from '../../../src/value/head/config.ts';
import { exportHead, METADATA } from '../../../src/value/head/export.ts';
import { initialParameters } from '../../../src/value/head/initial.ts';
import { encoderMismatch, loadHead } from '../../../src/value/head/load.ts';
import type { HeadFailed } from '../../../src/value/head/loaded-head.ts';
import { openHeadScorer } from '../../../src/value/head/scorer.ts';
import { GraphBuilder } from '../../../src/value/onnx/graph.ts';
import { writeModel } from '../../../src/value/onnx/model-write.ts';
import { temporaryFolder } from '../../storage/temporary.ts';
import { energiesOf, fixedVectors, type Numbers, smallProblem } from '../train/small-problem.ts';

const width = 256;
const identity = ngramIdentity(width, `ngram:${width}`);
const encoder = { identity, fingerprint: encoderFingerprint(identity) };
const nothing = { training: null, scale: { energy: null, logProb: null } };
const plain = headConfigSchema.parse({ hidden: [8, 4] });
const made = (head = plain, seed = 1): Uint8Array<ArrayBuffer> =>
  exportHead(initialParameters(head, width, seed), { head, encoder, ...nothing });

async function fileWith(bytes: Uint8Array): Promise<string> {
  const path = join(temporaryFolder(), 'model.onnx');
  await writeFile(path, bytes);
  return path;
}
const failureOf = async (path: string): Promise<HeadFailed> => {
  const head = await loadHead(path);
  if (head.kind === 'head') throw new Error('it loads');
  expect(head.message).toContain(path);
  return head;
};

test('the default head has the parameters of the reference', () => {
  // The reference counts the temperature in.
  expect(parameterCount(headConfigSchema.parse({}), 4096)).toBe(11_014_145 - 1);
  expect(parameterCount(headConfigSchema.parse({ hidden: [512, 256] }), 4096)).toBe(2_229_249 - 1);
});

test('a head is read back as it was written, and the same head is the same file', async () => {
  const head = await loadHead(await fileWith(made()));
  expect(head).toMatchObject({ kind: 'head', head: plain, encoder, inputWidth: width, ...nothing });
  expect(made()).toEqual(made());
  expect(made(plain, 2)).not.toEqual(made());
});

test.each(['state', 'goal', 'tactic'] as const)(
  'a %s head gives the energies that training saw',
  async (variant: HeadVariant) => {
    for (const spectralNorm of [false, true]) {
      const problem = smallProblem({ head: { variant, spectralNorm, logTemperature: null } });
      const small = ngramIdentity(problem.encoderWidth, 'small');
      const bytes = exportHead(problem.parameters, {
        head: problem.head,
        encoder: { identity: small, fingerprint: encoderFingerprint(small) },
        ...nothing,
      });
      const opened = await openHeadScorer(
        { model: bytes, inputWidth: inputWidth(variant, problem.encoderWidth) },
        { threads: 1, device: 'cpu' },
      );
      if (opened.kind !== 'scorer') throw new Error(opened.message);
      const rows = problem.groups * (1 + problem.negatives);
      const inputs = await inputsOf(problem);
      const batch = await opened.scorer.energies(inputs.slice(), rows);
      const one = await opened.scorer.energies(inputs.slice(0, inputs.length / rows), 1);
      await opened.scorer.close();
      if (batch.kind !== 'energies' || one.kind !== 'energies') throw new Error('no energies');
      const numbers: Numbers = new Map(
        [...problem.parameters].map(([name, values]) => [name, Float64Array.from(values)]),
      );
      const expected = energiesOf(problem, numbers, fixedVectors(problem, numbers));
      // The largest singular value is an estimate, by the vectors of the last step here and one iteration further there.
      const digits = spectralNorm ? 1 : 4;
      for (const [i, energy] of batch.energies.entries()) expect(energy).toBeCloseTo(expected[i] as number, digits);
      expect(one.energies[0]).toBeCloseTo(batch.energies[0] as number, 5);
    }
  },
);

async function inputsOf(problem: ReturnType<typeof smallProblem>): Promise<Float32Array<ArrayBuffer>> {
  const { inputOf } = await import('../train/small-problem.ts');
  const rows = problem.groups * (1 + problem.negatives);
  return Float32Array.from(Array.from({ length: rows }, (_, row) => [...inputOf(problem, row)]).flat());
}

test('what cannot be a head is refused, each for its reason', async () => {
  const folder = temporaryFolder();
  expect((await failureOf(join(folder, 'renamed.onnx'))).reason).toBe('missing');
  await mkdir(join(folder, 'model'));
  expect((await failureOf(join(folder, 'model'))).reason).toBe('missing');
  expect((await failureOf(await fileWith(new Uint8Array()))).reason).toBe('damaged');
  expect((await failureOf(await fileWith(made().slice(0, -20)))).reason).toBe('damaged');
  expect((await failureOf(await fileWith(made().slice(0, 5000)))).reason).toBe('damaged');
  const builder = new GraphBuilder('other');
  builder.output('y', builder.op('Neg', [builder.input('x', 'float32', ['N', 3])]), 'float32', ['N', 3]);
  expect((await failureOf(await fileWith(writeModel(builder.graph())))).reason).toBe('notAHead');
  const ranker = await failureOf(await fileWith(writeModel(builder.graph(), { [METADATA.format]: 'ranker/1' })));
  expect(ranker).toMatchObject({ reason: 'notAHead', message: expect.stringContaining('its format is ranker/1') });
  const newer = writeModel(builder.graph(), { [METADATA.format]: 'ebm/2' });
  expect((await failureOf(await fileWith(newer))).reason).toBe('newer');
  const empty = writeModel(builder.graph(), { [METADATA.format]: 'ebm/1' });
  expect((await failureOf(await fileWith(empty))).reason).toBe('damaged');
  const metadata = {
    [METADATA.format]: 'ebm/1',
    head: JSON.stringify(plain),
    encoder: JSON.stringify(encoder),
    training: 'null',
    scale: JSON.stringify(nothing.scale),
  };
  const narrow = await failureOf(await fileWith(writeModel(builder.graph(), metadata)));
  expect(narrow).toMatchObject({ reason: 'damaged', message: expect.stringContaining('3 wide') });
});

test('a head is not used with another encoder', async () => {
  const head = await loadHead(await fileWith(made()));
  if (head.kind !== 'head') throw new Error(head.message);
  expect(encoderMismatch(head, identity)).toBeNull();
  expect(encoderMismatch(head, { ...identity, features: 'ngram/0' })).toMatchObject({ reason: 'encoderMismatch' });
  expect(encoderMismatch(head, ngramIdentity(512, 'ngram:512'))).toMatchObject({ reason: 'widthMismatch' });
});
