/*
 * What we send. Every field that some version demands is sent; keys that a version does not know are ignored by it.
 */

export type Root =
  /** `levels`: universe names of the statement, from 0.3.0 on. */
  | { readonly expr: string; readonly copyFrom?: undefined; readonly levels?: readonly string[] }
  | { readonly copyFrom: string; readonly expr?: undefined; readonly levels?: undefined };

/** Commands and the payloads that we give them. */
export interface Requests {
  readonly reset: Record<string, never>;
  readonly stat: Record<string, never>;
  readonly 'options.set': { readonly timeout?: number; readonly printJsonPretty?: false };
  readonly 'options.print': Record<string, never>;
  readonly 'expr.echo': { readonly expr: string; readonly type?: string; readonly levels?: readonly string[] };
  readonly 'env.describe': Record<string, never>;
  readonly 'env.catalog': Record<string, never>;
  readonly 'env.inspect': {
    readonly name: string;
    readonly value?: boolean;
    readonly dependency?: boolean;
    readonly source?: boolean;
  };
  readonly 'env.parse': { readonly input: string; readonly category: string };
  readonly 'goal.start': Root;
  readonly 'goal.tactic': {
    readonly stateId: number;
    readonly goalId: number;
    readonly tactic: string;
    /** Ours: thousands of heartbeats, and recursion depth. */
    readonly heartbeats?: number;
    readonly recDepth?: number;
  };
  readonly 'goal.delete': { readonly stateIds: readonly number[] };
  readonly 'goal.print': {
    readonly stateId: number;
    readonly goals: boolean;
    readonly rootExpr: boolean;
    /** The first up to 0.3.2, the second from 0.3.3 on. */
    readonly parentExpr: boolean;
    readonly parentExprs: boolean;
  };
  readonly 'frontend.process': {
    readonly file: string;
    readonly readHeader: boolean;
    readonly inheritEnv: boolean;
    readonly newConstants: boolean;
    readonly sorrys: boolean;
    readonly typeErrorsAsGoals: boolean;
    /** Mandatory up to 0.3.1; from 0.3.2 on a file name, and left out. */
    readonly invocations?: false;
  };
  readonly 'proofdeck.info': { readonly tactics?: readonly string[] };
  readonly 'proofdeck.inspect': { readonly name: string };
  readonly 'proofdeck.search': { readonly text: string; readonly limit?: number };
  readonly 'proofdeck.theorems': { readonly module?: string; readonly offset: number; readonly limit: number };
}
export type CommandName = keyof Requests;

/** One request as a line, without its line break. JSON escapes line breaks, so the line is never blank and never two. */
export function requestLine<C extends CommandName>(command: C, payload: Requests[C]): string {
  return `${command} ${JSON.stringify(payload)}`;
}
