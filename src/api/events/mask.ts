/*
 * What looks like a secret in a text that somebody else has written: a message of a program, an error of a registry. Steps put no secrets into their messages; this is
 * for the day on which one does all the same.
 */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[private key]'],
  // user:password@ of a URL.
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi, '$1:[secret]@'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/g, '$1 [secret]'],
  // JSON Web Tokens: a header that begins with {" in base64.
  [/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, '[secret]'],
  [/\bweft_[\w-]{8,}/g, '[secret]'],
  // In the last group no quotation mark, so that JSON stays JSON.
  [
    /\b(pass(?:word|wd|phrase)?|pw|secret|token|api[-_]?key|private[-_]?key)(["']?\s*[:=]\s*["']?)[^\s"',;&]+/gi,
    '$1$2[secret]',
  ],
];

/** @returns the text with `[secret]` for what looks like one */
export function masked(text: string): string {
  return SECRETS.reduce((masking, [pattern, mask]) => masking.replaceAll(pattern, mask), text);
}
