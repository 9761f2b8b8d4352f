import { z } from 'zod';

/*
 * The shapes of Pantograph's answers, as they are on the wire, in every version from 0.2.25 on. Keys that we do not use
 * are dropped. A field is optional where some version lacks it.
 */

export const wireExpressionSchema = z.object({
  pp: z.string().nullish(),
  sexp: z.string().nullish(),
});
export type WireExpression = z.infer<typeof wireExpressionSchema>;

export const wireVariableSchema = z.object({
  name: z.string().optional(),
  userName: z.string(),
  isInaccessible: z.boolean().nullish(),
  type: wireExpressionSchema.nullish(),
  value: wireExpressionSchema.nullish(),
});

export const wireGoalSchema = z.object({
  name: z.string(),
  userName: z.string().nullish(),
  /** From 0.3.3 on. */
  fragment: z.enum(['tactic', 'conv', 'calc']).nullish(),
  /** Up to 0.3.2. */
  isConversion: z.boolean().nullish(),
  target: wireExpressionSchema,
  vars: z.array(wireVariableSchema),
});
export type WireGoal = z.infer<typeof wireGoalSchema>;

const positionSchema = z.object({ line: z.int(), column: z.int() });

/** A plain string up to 0.3.3, an object from 0.3.4 on. */
export const wireMessageSchema = z.union([
  z.string(),
  z.object({
    severity: z.enum(['information', 'warning', 'error']),
    data: z.string(),
    pos: positionSchema.nullish(),
    kind: z.string().nullish(),
  }),
]);
export type WireMessage = z.infer<typeof wireMessageSchema>;

export const wireErrorSchema = z.object({
  error: z.string(),
  desc: z.string().default(''),
  /** Ours: which limit was reached. */
  limit: z.string().nullish(),
});
export type WireError = z.infer<typeof wireErrorSchema>;

export const goalStartAnswerSchema = z.object({
  stateId: z.int().min(0),
  root: z.string(),
});

export const goalTacticAnswerSchema = z.object({
  nextStateId: z.int().min(0).nullish(),
  goals: z.array(wireGoalSchema).nullish(),
  messages: z.array(wireMessageSchema).nullish(),
  /** Up to 0.3.0. */
  tacticErrors: z.array(z.string()).nullish(),
  parseError: z.string().nullish(),
  /** From 0.3.1 on; absent means unknown. */
  hasSorry: z.boolean().nullish(),
  hasUnsafe: z.boolean().nullish(),
  /** Ours: thousands of heartbeats used, and the syntax kind of the tactic. */
  heartbeats: z.number().nullish(),
  syntaxKind: z.string().nullish(),
});
export type GoalTacticAnswer = z.infer<typeof goalTacticAnswerSchema>;

export const goalPrintAnswerSchema = z.object({
  root: wireExpressionSchema.nullish(),
  /** From 0.3.3 on; up to 0.3.2 it is `parent`. */
  parentExprs: z.array(wireExpressionSchema.nullable()).nullish(),
  parent: wireExpressionSchema.nullish(),
  goals: z.array(wireGoalSchema).nullish(),
  extraMVars: z.array(wireExpressionSchema).nullish(),
  /** From 0.3.1 on. */
  rootHasSorry: z.boolean().nullish(),
  rootHasUnsafe: z.boolean().nullish(),
  rootHasMVar: z.boolean().nullish(),
});
export type GoalPrintAnswer = z.infer<typeof goalPrintAnswerSchema>;

export const exprEchoAnswerSchema = z.object({ expr: wireExpressionSchema, type: wireExpressionSchema });

export const statAnswerSchema = z.object({ nGoals: z.int().min(0) });

export const envDescribeAnswerSchema = z.object({ imports: z.array(z.string()), modules: z.array(z.string()) });

const positionsSchema = z.object({ line: z.int(), column: z.int() });

export const envInspectAnswerSchema = z.object({
  type: wireExpressionSchema,
  isUnsafe: z.boolean(),
  value: wireExpressionSchema.nullish(),
  module: z.string().nullish(),
  publicName: z.string().nullish(),
  typeDependency: z.array(z.string()).nullish(),
  valueDependency: z.array(z.string()).nullish(),
  inductInfo: z.looseObject({ ctors: z.array(z.string()) }).nullish(),
  constructorInfo: z.looseObject({ induct: z.string() }).nullish(),
  recursorInfo: z.looseObject({ all: z.array(z.string()) }).nullish(),
  sourceUri: z.string().nullish(),
  sourceStart: positionsSchema.nullish(),
  sourceEnd: positionsSchema.nullish(),
  /** Ours: `theorem`, `definition`, `axiom`, … */
  kind: z.string().nullish(),
});
export type EnvInspectAnswer = z.infer<typeof envInspectAnswerSchema>;

export const envCatalogAnswerSchema = z.object({ symbols: z.array(z.string()) });

export const envParseAnswerSchema = z.object({ pos: z.int().min(0) });

export const frontendProcessAnswerSchema = z.object({
  units: z.array(z.object({ messages: z.array(wireMessageSchema).nullish() })),
});

export const anyAnswerSchema = z.looseObject({});
