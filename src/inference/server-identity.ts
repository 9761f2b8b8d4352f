export type ServerKind = 'sglang' | 'vllm' | 'llama-server' | 'ollama' | 'tgi' | 'openai' | 'leancopilot';

export interface ServerCapabilities {
  /**
   * `raw` = the model's own; `scaled` = after division by the temperature; `unknown` = there are some, and nothing says which:
   * they compare only at temperature 1.
   */
  readonly logProbs: 'none' | 'raw' | 'scaled' | 'unknown';
  /** More than one sample for each request. Otherwise the client repeats the request. */
  readonly n: boolean;
  readonly stop: boolean;
  readonly stopTokenIds: boolean;
  readonly topK: boolean;
  readonly minP: boolean;
  readonly seed: boolean;
  readonly stream: boolean;
  readonly completion: boolean;
  readonly chat: boolean;
  /** A beginning of the answer in a chat. */
  readonly prefill: boolean;
  readonly embeddings: boolean;
  /** `/update_weights_from_disk` and its like. */
  readonly weightSwap: boolean;
  readonly memoryRelease: boolean;
  readonly metrics: boolean;
}

/** Who answers at an address. */
export interface ServerIdentity {
  readonly kind: 'identity';
  readonly server: ServerKind;
  /** Null when it does not tell. */
  readonly version: string | null;
  readonly model: string;
  /** Tokens of prompt and answer together; null when it does not tell. */
  readonly contextLength: number | null;
  readonly weightVersion: string | null;
  readonly capabilities: ServerCapabilities;
}
