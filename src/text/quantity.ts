/*
 * Figures for people. Numbers are always in plain digits with a point, whatever the locale: they are copied into notes.
 */

/** A share from 0 to 1 in per cent. @example percent(0.0687) // '6.9 %' */
export function percent(share: number, decimals: number = 1): string {
  return `${(share * 100).toFixed(decimals)} %`;
}

/** A time in at most two units. @example duration(41 * 60_000) // '41 min' */
export function duration(ms: number): string {
  const s = ms / 1000;
  if (!Number.isFinite(s)) return 'unknown';
  if (s < 0.0995) return `${Math.round(ms)} ms`;
  if (s < 9.95) return `${s.toFixed(1)} s`;
  if (s < 59.5) return `${Math.round(s)} s`;
  const minutes = Math.round(s / 60);
  if (s < 600 && Math.round(s) % 60 !== 0) return `${Math.floor(Math.round(s) / 60)} min ${Math.round(s) % 60} s`;
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60)
    return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
  const hours = Math.round(minutes / 60);
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** A count with thin groups of thousands. @example count(1234567) // '1,234,567' */
export function count(n: number): string {
  return Math.round(n)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A number with its noun. @example counted(2, 'hypothesis', 'hypotheses') // '2 hypotheses' */
export function counted(n: number, one: string, many: string = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** A size of memory or disk. @example size(5_300_000_000) // '5.3 GB' */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.5 ? Math.round(value) : value.toPrecision(2)} ${units[unit]}`;
}

/** The memory of a GPU, in the units that its name and its tools have. @example gibibytes(85899345920) // '80.0 GiB' */
export function gibibytes(bytes: number): string {
  return `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
}

/** A number to `digits` places, without trailing zeros. @example figure(29.2004, 1) // '29.2' */
export function figure(n: number, digits: number = 1): string {
  return String(Number(n.toFixed(digits)));
}
