import type { WireMessage } from './wire.ts';

export type Severity = 'information' | 'warning' | 'error' | 'unknown';

export interface Message {
  readonly severity: Severity;
  readonly text: string;
}

/** A message of any version; plain strings carry no severity. */
export function readMessage(message: WireMessage): Message {
  return typeof message === 'string'
    ? { severity: 'unknown', text: message }
    : { severity: message.severity, text: message.data };
}

/** Lean's `<file>:1:6: …` at the beginning of lines, in words for people. The name says only where we put the text. */
export function sayPositions(text: string): string {
  return text.replaceAll(/^(?:<\w+>:)?(\d+):(\d+): /gm, 'line $1, column $2: ');
}

/** Longest text kept of one message, in characters. Lean can print megabytes of a failed unification. */
const MAXIMUM_TEXT = 20_000;

export function boundedText(text: string): string {
  return text.length <= MAXIMUM_TEXT
    ? text
    : `${text.slice(0, MAXIMUM_TEXT)}\n… (${text.length - MAXIMUM_TEXT} more characters)`;
}
