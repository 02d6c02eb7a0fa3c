/** How long an answer asks to wait, in milliseconds: a `Retry-After` header holds seconds or an HTTP date (RFC 9110 section 10.2.3). */
export function retryAfterMs(header: string | readonly string[] | undefined): number | undefined {
  const [value] = typeof header === 'string' ? [header] : (header ?? []);
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}
