import type { KubernetesObject } from '../../../src/kubernetes/index.ts';
import { decoded } from './objects.ts';

/** Something that must not be read anywhere outside the cluster's Secrets. */
export interface Secret {
  /** Where it stands, e.g. `org1-peer1-msp/key.pem`. */
  readonly origin: string;
  readonly value: string;
}

/** Entries of Weft's Secrets that are no secrets: names and certificates. */
const PUBLIC = new Set(['id', 'cert.pem', 'ca.pem', 'tlsca.pem', 'tlsca-cert.pem', 'tls.crt', 'ca.crt']);

/** Entries that are secret as a whole. */
const PRIVATE = new Set(['key.pem', 'tls.key', 'secret', 'registrar-password']);

/** Configuration that holds what is an entry of its own elsewhere: the registrar's password, the TLS key of a peer. */
const WITH_SECRETS = new Set(['ca.yaml', 'tlsca.yaml', 'config.json']);

/**
 * Everything secret in Weft's Secrets.
 *
 * @throws Error for an entry that this list does not know: whoever adds one says here what it is
 */
export function secretsIn(secrets: readonly KubernetesObject[]): Secret[] {
  return secrets.flatMap((secret) =>
    Object.entries(decoded(secret)).flatMap(([key, value]) => {
      const origin = `${secret.metadata.name}/${key}`;
      if (PRIVATE.has(key)) return [{ origin, value }];
      if (PUBLIC.has(key) || WITH_SECRETS.has(key)) return [];
      throw new Error(`Is ${origin} a secret? The scan does not know it.`);
    }),
  );
}

/**
 * Looks for secrets in a text, as they are and in the forms that they take on their way: line by line (a key in JSON
 * or YAML is still broken into its lines), in base64 with whatever stands before it, in base64url, and in hexadecimal.
 *
 * @returns where each secret that was found stands, sorted; `PRIVATE KEY` for the heading of any key
 */
export function leaksIn(text: string, secrets: readonly Secret[]): string[] {
  const found = secrets.filter(({ value }) => formsOf(value).some((form) => text.includes(form)));
  const heading = formsOf(KEY_HEADING).some((form) => text.includes(form));
  return [...found.map(({ origin }) => origin), ...(heading ? [KEY_HEADING] : [])].sort();
}

const KEY_HEADING = 'PRIVATE KEY';

function formsOf(value: string): string[] {
  // Headings are the same in every key, and a short last line says nothing: neither gives a key away.
  const lines = value.split('\n').filter((line) => line.length >= SHORTEST_LINE && !line.startsWith('-----'));
  const whole = value.includes('\n') ? lines : [value];
  return whole.flatMap((part) => [part, ...base64Of(part), Buffer.from(part).toString('hex')]);
}

const SHORTEST_LINE = 16;

/** Three letters become four: depending on what stands before it, a text has three forms in base64. */
function base64Of(text: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    const whole = bytes.subarray(0, bytes.length - (bytes.length % 3));
    // The first letters depend on what stands before it too.
    const own = (encoding: 'base64' | 'base64url'): string => whole.toString(encoding).slice(before === 0 ? 0 : 4);
    return [own('base64'), own('base64url')];
  });
}
