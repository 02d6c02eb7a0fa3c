import type { IdentityType } from '../ca/client.ts';
import { describeCertificate } from './certificates.ts';

/** The roles that an organizational unit in a certificate can give to an identity, in the order of Fabric's file. */
const NODE_OUS = ['client', 'peer', 'admin', 'orderer'] as const satisfies readonly IdentityType[];

/** File of an organization's CA certificate within an MSP folder, as its `config.yaml` names it. */
export function caCertificateFile(organization: string): string {
  return `cacerts/${organization}-ca.pem`;
}

/**
 * The `config.yaml` of an MSP folder: which organizational unit, in a certificate of which CA, means client, peer, admin
 * or orderer (https://hyperledger-fabric.readthedocs.io/en/release-2.5/membership/membership.html#node-ou-roles-and-msps).
 *
 * @param organization e.g. `org1`
 */
export function nodeOuConfigYaml(organization: string): string {
  const identifiers = NODE_OUS.map(
    (role) =>
      `  ${role.charAt(0).toUpperCase()}${role.slice(1)}OUIdentifier:\n` +
      `    Certificate: ${caCertificateFile(organization)}\n` +
      `    OrganizationalUnitIdentifier: ${role}\n`,
  );
  return `NodeOUs:\n  Enable: true\n${identifiers.join('')}`;
}

/**
 * The role that Fabric gives to the owner of a certificate in an MSP with NodeOUs.
 *
 * @param certificate PEM
 * @returns undefined if it has none or more than one of the four: Fabric then refuses it
 */
export function nodeOuRole(certificate: string): IdentityType | undefined {
  const { organizationalUnits } = describeCertificate(certificate);
  const [role, ...others] = NODE_OUS.filter((unit) => organizationalUnits.includes(unit));
  return others.length === 0 ? role : undefined;
}
