/*
 * The amounts that a description writes as texts: sizes as configtx.yaml has them, Go durations, Kubernetes quantities.
 */

const BYTE_UNITS: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** Bytes of a size as configtx.yaml writes it: `10 MB` is 10485760 (fabric common/viperutil/config_util.go, byteSizeDecodeHook). */
export function bytes(size: string): number {
  const [, amount, unit = ''] = /^(\d+)\s*([kmg])b?$/i.exec(size) ?? [];
  return Number(amount) * (BYTE_UNITS[unit.toLowerCase()] ?? Number.NaN);
}

/** In milliseconds. */
const DURATION_UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a Go duration such as `500ms` or `1m30s`. Exact enough to compare two. */
export function milliseconds(duration: string): number {
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  return parts.reduce((sum, [, amount, unit = '']) => sum + Number(amount) * (DURATION_UNITS[unit] ?? Number.NaN), 0);
}

const QUANTITY_SUFFIXES: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Value of a Kubernetes quantity (`500m` is 0.5, `1Gi` is 2^30); NaN for a text that is none. Exact enough to compare two. */
export function quantityValue(quantity: string): number {
  const [, digits, suffix = ''] = /^(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(quantity) ?? [];
  return Number(digits) * (QUANTITY_SUFFIXES[suffix] ?? Number.NaN);
}
