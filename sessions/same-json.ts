/** Whether two values have the same canonical JSON: order of keys and `undefined` members do not count. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  if (Array.isArray(b)) return false;
  return holds(a, b) && holds(b, a);
}

function holds(a: object, b: object): boolean {
  const other = b as Readonly<Record<string, unknown>>;
  return Object.entries(a).every(([key, value]) => sameJson(value, other[key]));
}

/** JSON with sorted keys, for messages that set two values side by side. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
