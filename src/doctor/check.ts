/** What a check says. `missing` is no fault in itself: only a `needed` one stops the main job. */
export type FindingStatus = 'ok' | 'warning' | 'missing';

export interface Finding {
  readonly status: FindingStatus;
  /** What is there, on one line, with figures. Clean and bounded, whoever said it. */
  readonly found: string;
  /** What to do about it; left out where nothing is to be done. */
  readonly remedy?: string;
}

/** How the screen looks from here; the command line measures it, the engine knows no terminal. */
export interface TerminalFacts {
  /** Whether the workbench can be drawn; else `reason` says why not. */
  readonly screen: boolean;
  readonly reason: string | null;
  /** Bits of colour. */
  readonly colour: 0 | 4 | 8 | 24;
  readonly unicode: boolean;
}

export interface DoctorContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder that proofdeck was started in. */
  readonly folder: string;
  readonly home: string;
  readonly cacheRoot: string;
  /** Null when nothing is known of a terminal. */
  readonly terminal: TerminalFacts | null;
  readonly signal?: AbortSignal;
}

export interface DoctorCheck {
  readonly name: string;
  readonly group: CheckGroup;
  /** Without it proofdeck's main job, a search with the embedded Lean, cannot be done. */
  readonly needed: boolean;
  /** @default 5000 */
  readonly timeoutMs?: number;
  /** Never rejects for anything that can be wrong with a machine. */
  run(context: DoctorContext): Promise<Finding>;
}

export type CheckGroup = 'program' | 'machine' | 'storage' | 'terminal' | 'Lean' | 'provers' | 'models';

export const found = (text: string, remedy?: string): Finding => finding('ok', text, remedy);
export const warning = (text: string, remedy?: string): Finding => finding('warning', text, remedy);
export const missing = (text: string, remedy?: string): Finding => finding('missing', text, remedy);

function finding(status: FindingStatus, text: string, remedy: string | undefined): Finding {
  return { status, found: text, ...(remedy !== undefined && { remedy }) };
}

/** `1.5 GB`, `250 MB`: decimal, as disks and the design's budgets are given. */
export function bytes(count: number): string {
  return count >= 1e9 ? `${(count / 1e9).toFixed(1)} GB` : `${Math.round(count / 1e6)} MB`;
}
