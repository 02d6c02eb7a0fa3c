const UNITS: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** Bytes of a size as configtx.yaml writes it: `10 MB` is 10485760 (fabric common/viperutil/config_util.go, byteSizeDecodeHook). */
export function bytes(size: string): number {
  const [, amount, unit = ''] = /^(\d+)\s*([kmg])b?$/i.exec(size) ?? [];
  return Number(amount) * (UNITS[unit.toLowerCase()] ?? Number.NaN);
}
