import type { ValueInfo } from './graph.ts';
import { TYPE_NUMBERS } from './model-write.ts';
import { bytesOf, NotProtobuf, numberOf, numbersOf, readMessage, textOf } from './protobuf-read.ts';
import type { TensorType } from './tensor.ts';

/** What is read of an ONNX file: enough to know what it is, and its weights. */
export interface ReadModel {
  readonly kind: 'model';
  readonly irVersion: number;
  readonly producer: string;
  readonly opset: number;
  readonly metadata: ReadonlyMap<string, string>;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /** Operators, in the order of the file. */
  readonly ops: readonly string[];
  /** Weights of type float32, by name; views into the file's bytes where these are aligned. */
  readonly weights: ReadonlyMap<string, { readonly dims: readonly number[]; readonly data: Float32Array<ArrayBuffer> }>;
}

export interface NotAModel {
  readonly kind: 'notAModel';
  /** What is wrong with the bytes. */
  readonly message: string;
}

/** Reads an ONNX file, apart from what other programs may have put into it beside our fields. */
export function readModel(bytes: Uint8Array<ArrayBuffer>): ReadModel | NotAModel {
  try {
    const model = readMessage(bytes);
    const graphs = bytesOf(model, 7);
    if (graphs.length !== 1) return { kind: 'notAModel', message: 'it holds no graph' };
    const graph = readMessage(graphs[0] as Uint8Array<ArrayBuffer>);
    const opsets = bytesOf(model, 8).map(readMessage);
    const properties = bytesOf(model, 14).map(readMessage);
    return {
      kind: 'model',
      irVersion: numberOf(model, 1),
      producer: textOf(model, 2),
      opset: numberOf(opsets.find((one) => textOf(one, 1) === '') ?? [], 2),
      metadata: new Map(properties.map((one) => [textOf(one, 1), textOf(one, 2)])),
      inputs: bytesOf(graph, 11).map(readValue),
      outputs: bytesOf(graph, 12).map(readValue),
      ops: bytesOf(graph, 1).map((node) => textOf(readMessage(node), 4)),
      weights: new Map(bytesOf(graph, 5).flatMap(readWeight)),
    };
  } catch (error) {
    if (error instanceof NotProtobuf) return { kind: 'notAModel', message: error.message };
    throw error;
  }
}

function readValue(bytes: Uint8Array<ArrayBuffer>): ValueInfo {
  const value = readMessage(bytes);
  const within = (outer: readonly ReturnType<typeof readMessage>[number][], field: number) =>
    readMessage(bytesOf(outer, field).at(-1) ?? new Uint8Array());
  const tensor = within(within(value, 2), 1);
  const number = numberOf(tensor, 1);
  const type = (Object.keys(TYPE_NUMBERS) as TensorType[]).find((one) => TYPE_NUMBERS[one] === number);
  if (type === undefined) throw new NotProtobuf(`${textOf(value, 1)} has the type number ${number}`);
  const dims = bytesOf(within(tensor, 2), 1)
    .map(readMessage)
    .map((dim) => textOf(dim, 2) || numberOf(dim, 1));
  return { name: textOf(value, 1), type, dims };
}

function readWeight(
  bytes: Uint8Array<ArrayBuffer>,
): [string, { readonly dims: readonly number[]; readonly data: Float32Array<ArrayBuffer> }][] {
  const tensor = readMessage(bytes);
  if (numberOf(tensor, 2) !== TYPE_NUMBERS.float32) return [];
  const dims = numbersOf(tensor, 1);
  const raw = bytesOf(tensor, 9).at(-1) ?? bytesOf(tensor, 4).at(-1) ?? new Uint8Array();
  const count = dims.reduce((product, dim) => product * dim, 1);
  if (raw.length !== 4 * count) throw new NotProtobuf(`${textOf(tensor, 8)} has ${raw.length} bytes of ${4 * count}`);
  const aligned = raw.byteOffset % 4 === 0 ? raw : raw.slice();
  return [[textOf(tensor, 8), { dims, data: new Float32Array(aligned.buffer, aligned.byteOffset, count) }]];
}
