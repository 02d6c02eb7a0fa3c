import { quoted } from '../issues/words.ts';
import { PolicyError, parseSignaturePolicy, type SignaturePolicy } from './signature-policy.ts';

/** So many of the policies of this name in the organizations, e.g. `MAJORITY Admins`. */
export interface ImplicitPolicy {
  readonly kind: 'implicit';
  readonly rule: ImplicitRule;
  /** Name of the policy in each organization, e.g. `Admins`. */
  readonly subPolicy: string;
}

/** A policy of the channel by its path, e.g. `/Channel/Application/Endorsement`. */
export interface PolicyReference {
  readonly kind: 'reference';
  readonly path: string;
}

export type Policy = ImplicitPolicy | PolicyReference | SignaturePolicy;

const IMPLICIT_RULES = ['ANY', 'ALL', 'MAJORITY'] as const;

export type ImplicitRule = (typeof IMPLICIT_RULES)[number];

/**
 * Reads a policy of one of the three kinds: a path begins with a slash, an implicit rule is two words, all else is a signature policy.
 *
 * @throws PolicyError
 */
export function parsePolicy(text: string): Policy {
  if (text.startsWith('/')) return { kind: 'reference', path: text };
  // A word that no dot or bracket follows, alone or before another one.
  return /^\s*[A-Za-z]+(?:\s+[A-Za-z]|\s*$)/.test(text) ? parseImplicit(text) : parseSignaturePolicy(text);
}

/** Two words with one space between them (fabric common/policies/implicitmetaparser.go). */
function parseImplicit(text: string): ImplicitPolicy {
  const [word, subPolicy = '', ...more] = text.split(' ');
  const rule = IMPLICIT_RULES.find((known) => known === word);
  if (rule === undefined) {
    throw new PolicyError(
      `at column 1 there must be ${IMPLICIT_RULES.join(', ')} or a signature policy (found ${quoted(text)})`,
      1,
    );
  }
  if (!/^[A-Za-z0-9.-]+$/.test(subPolicy) || more.length > 0) {
    const column = rule.length + 1;
    throw new PolicyError(
      `at column ${column} there must be a space and the name of a policy, as in MAJORITY Admins`,
      column,
    );
  }
  return { kind: 'implicit', rule, subPolicy };
}
