import { z } from 'zod';

const bucketsPerOctave = 8;
/** Times of some 50 hours and more are counted here. */
const lastBucket = 300;

/**
 * How long the calls of one kind took: `[bucket, calls]` pairs, ascending. Bucket b holds times from 2^(b/8) to 2^((b+1)/8)
 * microseconds, so a percentile is right to about 4.5 %. Counts of several searches add up.
 */
export const latencySchema = z.array(z.tuple([z.int().min(0).max(lastBucket), z.int().min(1)]));
export type Latency = Readonly<z.infer<typeof latencySchema>>;

export interface Percentiles {
  readonly calls: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Counts the times of calls, and adds the counts of other searches. */
export class LatencyCounter {
  readonly #counts: number[] = [];

  /** `ms`: how long one call took; below a microsecond counts as one. */
  add(ms: number): void {
    this.#count(bucketOf(ms), 1);
  }

  merge(latency: Latency): void {
    for (const [bucket, calls] of latency) this.#count(bucket, calls);
  }

  counts(): Latency {
    return this.#counts.flatMap((calls, bucket): [number, number][] => (calls > 0 ? [[bucket, calls]] : []));
  }

  /** Null when nothing was counted. Percentile p is the element at floor(p × calls) of the sorted times, capped at the last. */
  percentiles(): Percentiles | null {
    const counts = this.counts();
    const calls = counts.reduce((sum, [, n]) => sum + n, 0);
    if (calls === 0) return null;
    const at = (share: number): number => {
      let left = Math.min(Math.floor(share * calls), calls - 1);
      for (const [bucket, n] of counts) {
        if (left < n) return middleMs(bucket);
        left -= n;
      }
      return middleMs(counts.at(-1)![0]);
    };
    return { calls, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }

  /** Buckets in between are filled, so that the array stays dense and adding stays cheap. */
  #count(bucket: number, calls: number): void {
    for (let next = this.#counts.length; next <= bucket; next++) this.#counts.push(0);
    this.#counts[bucket]! += calls;
  }
}

const bucketOf = (ms: number): number =>
  Math.min(lastBucket, Math.floor(Math.log2(Math.max(ms * 1000, 1)) * bucketsPerOctave));
/** To three digits: more would pretend to what a bucket does not know. */
const middleMs = (bucket: number): number => Number((2 ** ((bucket + 0.5) / bucketsPerOctave) / 1000).toPrecision(3));
