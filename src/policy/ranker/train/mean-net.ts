import type { NetWeights } from '../net.ts';

/** Nets side by side are one net, whose output is their mean. */
export function meanOf(members: readonly NetWeights[]): NetWeights {
  const joined = (parts: readonly Float32Array[]): Float32Array => {
    const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  };
  return {
    weight: joined(members.map(({ weight }) => weight)),
    bias: joined(members.map(({ bias }) => bias)),
    output: joined(members.map(({ output }) => output)).map((one) => one / members.length),
  };
}
