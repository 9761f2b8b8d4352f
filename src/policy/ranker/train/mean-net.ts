import { joined } from '../../../value/onnx/tensor.ts';
import type { NetWeights } from '../net.ts';

/** Nets side by side are one net, whose output is their mean. */
export function meanOf(members: readonly NetWeights[]): NetWeights {
  return {
    weight: joined(members.map(({ weight }) => weight)),
    bias: joined(members.map(({ bias }) => bias)),
    output: joined(members.map(({ output }) => output)).map((one) => one / members.length),
  };
}
