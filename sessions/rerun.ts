import { type DerivedEvent, isInput } from '../src/search/events.ts';
import { SearchMachine } from '../src/search/machine.ts';
import type { SearchEvents } from './event-log.ts';
import { canonicalJson, sameJson } from './same-json.ts';

/** Where a log and the machine part. */
export interface Difference {
  readonly seq: number;
  /** What the machine concluded, as canonical JSON; null when it concluded nothing more. */
  readonly expected: string | null;
  readonly found: string;
}

export interface Rerun {
  readonly machine: SearchMachine;
  readonly difference: Difference | null;
  /** What the machine concluded from the last input and a killed process did not get to write. */
  readonly unwritten: readonly DerivedEvent[];
}

const chunkEvents = 4096;

/**
 * Feeds the recorded inputs of a search to a fresh machine, which runs strategy, dedup and scoring again, and compares
 * what it concludes with what was recorded. Ends at the first difference. Lets other work run in between;
 * `onProgress` gets the machine after every event.
 */
export async function rerunSearch(
  events: SearchEvents,
  onProgress: (machine: SearchMachine) => void = () => {},
): Promise<Rerun> {
  const machine = new SearchMachine();
  let expected: DerivedEvent[] = [];
  let taken = 0;
  const { length } = events;
  for (let from = 0; from < length; from += chunkEvents) {
    const chunk = events.read(from, from + chunkEvents);
    for (const [i, event] of chunk.entries()) {
      const differs = (): Rerun => {
        const conclusion = expected[taken];
        const seq = events.seqAt(from + i);
        return {
          machine,
          difference: { seq, expected: conclusion ? canonicalJson(conclusion) : null, found: canonicalJson(event) },
          unwritten: [],
        };
      };
      if (!isInput(event)) {
        if (taken >= expected.length || !sameJson(expected[taken], event)) return differs();
        taken += 1;
      } else if (taken < expected.length) return differs();
      else {
        try {
          expected = [...machine.input(event).derived];
        } catch (error) {
          // Only a log that was tampered with leads the machine to a place that it rules out.
          const refused = `the search machine refuses: ${error instanceof Error ? error.message : String(error)}`;
          return {
            machine,
            difference: { seq: events.seqAt(from + i), expected: refused, found: canonicalJson(event) },
            unwritten: [],
          };
        }
        taken = 0;
      }
      if (taken === expected.length) onProgress(machine);
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { machine, difference: null, unwritten: expected.slice(taken) };
}

/** One sentence about a difference, for a person. */
export function describeDifference({ seq, expected, found }: Difference): string {
  return `event ${seq} differs: the log has ${found}, running the search again gives ${expected ?? 'no event there'}`;
}
