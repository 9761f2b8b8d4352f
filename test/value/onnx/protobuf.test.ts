import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GraphBuilder } from '../../../src/value/onnx/graph.ts';
import { readModel } from '../../../src/value/onnx/model-read.ts';
import { writeModel } from '../../../src/value/onnx/model-write.ts';
import {
  bytesOf,
  NotProtobuf,
  numberOf,
  numbersOf,
  readMessage,
  textOf,
} from '../../../src/value/onnx/protobuf-read.ts';
import { ProtobufMessage } from '../../../src/value/onnx/protobuf-write.ts';
import { float32 } from '../../../src/value/onnx/tensor.ts';

describe('a message', () => {
  test('is written as the format says', () => {
    // From the documentation of the format: field 1 with 150, field 2 with "testing".
    expect([...new ProtobufMessage().int(1, 150).bytes()]).toEqual([0x08, 0x96, 0x01]);
    expect([...new ProtobufMessage().string(2, 'testing').bytes()]).toEqual([
      0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67,
    ]);
    expect([...new ProtobufMessage().int(1, -1).bytes()]).toEqual([0x08, ...Array(9).fill(0xff), 0x01]);
  });

  test('comes back as it was', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.string(), fc.uint8Array(), (n, ascii, bytes) => {
        const text = `⊢ ${ascii} 𝒫`;
        const inner = new ProtobufMessage().int(3, n).string(200_000, text);
        const fields = readMessage(new ProtobufMessage().bytesField(7, bytes).message(9, inner).bytes());
        expect(bytesOf(fields, 7)[0]).toEqual(bytes);
        const within = readMessage(bytesOf(fields, 9)[0]!);
        expect(numberOf(within, 3)).toBe(n);
        expect(textOf(within, 200_000)).toBe(text);
      }),
      { seed: 1 },
    );
  });

  test('packed numbers are read like single ones', () => {
    const packed = new ProtobufMessage()
      .bytesField(1, Uint8Array.of(3, 0x96, 1))
      .int(1, 5)
      .bytes();
    expect(numbersOf(readMessage(packed), 1)).toEqual([3, 150, 5]);
  });

  test('any bytes are a message or are refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readMessage(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(NotProtobuf);
        }
      }),
      { seed: 1 },
    );
  });
});

describe('a model', () => {
  const builder = new GraphBuilder('g');
  const weight = builder.initializer('w', float32([2, 3], Float32Array.of(1, 2, 3, 4, 5, 6)));
  const product = builder.op('Gemm', [builder.input('x', 'float32', ['N', 3]), weight], {
    transB: { kind: 'int', value: 1 },
  });
  builder.output('y', product, 'float32', ['N', 2]);
  const bytes = writeModel(builder.graph(), { one: '1', empty: '', sign: '⊢' });

  test('is read back with its weights, shapes and metadata', () => {
    const model = readModel(bytes);
    if (model.kind !== 'model') throw new Error(model.message);
    expect(model).toMatchObject({ irVersion: 10, opset: 20, producer: 'proofdeck', ops: ['Gemm', 'Identity'] });
    expect(model.inputs).toEqual([{ name: 'x', type: 'float32', dims: ['N', 3] }]);
    expect(model.outputs).toEqual([{ name: 'y', type: 'float32', dims: ['N', 2] }]);
    expect(model.weights.get('w')).toEqual({ dims: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
    expect([...model.metadata]).toEqual([
      ['one', '1'],
      ['empty', ''],
      ['sign', '⊢'],
    ]);
  });

  test('that is cut or changed is none, or reads as another, and never throws', () => {
    for (let length = 0; length < bytes.length; length++)
      expect(['model', 'notAModel']).toContain(readModel(bytes.slice(0, length)).kind);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const changed = bytes.slice();
        changed[at] = value;
        expect(['model', 'notAModel']).toContain(readModel(changed).kind);
      }),
      { seed: 1 },
    );
  });
});
