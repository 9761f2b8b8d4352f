import { type Attribute, type Graph, type GraphNode, IR_VERSION, OPSET, type ValueInfo } from './graph.ts';
import { ProtobufMessage } from './protobuf-write.ts';
import type { Tensor, TensorType } from './tensor.ts';

/*
 * Field numbers are those of onnx.proto; only what our graphs use is here.
 */

const PRODUCER = 'proofdeck';

/** Numbers that the format gives to types of tensors. */
export const TYPE_NUMBERS: Readonly<Record<TensorType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 };

/** Numbers that the format gives to kinds of attributes. */
const ATTRIBUTE_NUMBERS = { float: 1, int: 2, string: 3, graph: 5, ints: 7 } as const;

/**
 * The bytes of an ONNX file.
 * @param metadata texts kept in the file, by key
 */
export function writeModel(graph: Graph, metadata: Readonly<Record<string, string>> = {}): Uint8Array<ArrayBuffer> {
  const model = new ProtobufMessage()
    .int(1, IR_VERSION)
    .string(2, PRODUCER)
    .message(7, graphMessage(graph))
    .message(8, new ProtobufMessage().string(1, '').int(2, OPSET));
  for (const [key, value] of Object.entries(metadata))
    model.message(14, new ProtobufMessage().string(1, key).string(2, value));
  return model.bytes();
}

function graphMessage({ name, nodes, inputs, outputs, initializers }: Graph): ProtobufMessage {
  const message = new ProtobufMessage();
  for (const node of nodes) message.message(1, nodeMessage(node));
  message.string(2, name);
  for (const { name: one, tensor } of initializers) message.message(5, tensorMessage(one, tensor));
  for (const input of inputs) message.message(11, valueMessage(input));
  for (const output of outputs) message.message(12, valueMessage(output));
  return message;
}

function nodeMessage({ op, inputs, outputs, attributes }: GraphNode): ProtobufMessage {
  const message = new ProtobufMessage();
  for (const input of inputs) message.string(1, input);
  for (const output of outputs) message.string(2, output);
  message.string(3, outputs[0] ?? op).string(4, op);
  for (const [name, attribute] of Object.entries(attributes)) message.message(5, attributeMessage(name, attribute));
  return message;
}

function attributeMessage(name: string, attribute: Attribute): ProtobufMessage {
  const message = new ProtobufMessage().string(1, name);
  switch (attribute.kind) {
    case 'float':
      message.float(2, attribute.value);
      break;
    case 'int':
      message.int(3, attribute.value);
      break;
    case 'string':
      message.string(4, attribute.value);
      break;
    case 'graph':
      message.message(6, graphMessage(attribute.value));
      break;
    case 'ints':
      for (const value of attribute.value) message.int(8, value);
      break;
  }
  return message.int(20, ATTRIBUTE_NUMBERS[attribute.kind]);
}

function tensorMessage(name: string, { type, dims, data }: Tensor): ProtobufMessage {
  const message = new ProtobufMessage();
  for (const dim of dims) message.int(1, dim);
  return message
    .int(2, TYPE_NUMBERS[type])
    .string(8, name)
    .bytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function valueMessage({ name, type, dims }: ValueInfo): ProtobufMessage {
  const shape = new ProtobufMessage();
  for (const dim of dims) {
    const message = new ProtobufMessage();
    shape.message(1, typeof dim === 'number' ? message.int(1, dim) : message.string(2, dim));
  }
  const tensor = new ProtobufMessage().int(1, TYPE_NUMBERS[type]).message(2, shape);
  return new ProtobufMessage().string(1, name).message(2, new ProtobufMessage().message(1, tensor));
}
