/** Which node is expanded next. Holds node ids only; the tree belongs to the search state. */
export interface SearchStrategy {
  /** Puts a node into the frontier, or moves it there to a new score. */
  queue(node: number, score: number): void;
  /** Takes out the next node, or null when the frontier is empty. */
  take(): number | null;
  /** Takes this node out of the frontier, wherever it stands. */
  remove(node: number): void;
}
