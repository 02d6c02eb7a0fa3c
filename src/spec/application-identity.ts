import { labelFormat } from './schema/formats.ts';

/** The identity that registers all others, which fabric-ca-server knows from its configuration. */
export const REGISTRAR_NAME = 'rcaadmin';

/** Fabric CA takes no longer common names (lib/serverenroll.go, commonNameLength). */
const LONGEST_COMMON_NAME = 64;

/**
 * What is wrong with a name for an application's identity, as half a sentence.
 *
 * The names that begin with the organization's are those of its nodes, its Admin and its chaincode servers.
 *
 * @param name its enrollment ID, which is part of the name of its Secret, too
 */
export function identityNameIssue(organization: { readonly name: string }, name: string): string | undefined {
  const longest = Math.min(labelFormat.longest, LONGEST_COMMON_NAME);
  if (!labelFormat.pattern.test(name) || name.length > longest) {
    return `it must be ${labelFormat.words}, of ${longest} characters at most`;
  }
  if (name === REGISTRAR_NAME) return 'it is that of the registrar';
  if (name.startsWith(`${organization.name}-`)) {
    return `those that begin with ${organization.name}- are of the organization's own nodes`;
  }
  return undefined;
}
