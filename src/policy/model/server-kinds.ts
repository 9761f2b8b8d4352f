/** Kinds of providers that ask a server. */
export const SERVER_KINDS = ['sglang', 'openai', 'leancopilot'] as const;
export type ServerProviderKind = (typeof SERVER_KINDS)[number];
