/* The organizations of a channel, members and ordering ones alike, within the channel's configuration. */
import { X509Certificate } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';

import { z } from 'zod';

import type { ConfigGroup, ConfigValue } from './config.ts';
import { FabricError } from '../error.ts';

/** An organization of a channel: its MSP ID, its key among its like (another tool may have chosen another one), its group. */
export interface ChannelOrganization {
  readonly mspId: string;
  readonly key: string;
  readonly group: ConfigGroup;
}

export function organizationsOf(parent: ConfigGroup): readonly ChannelOrganization[] {
  return Object.entries(parent.groups).map(([key, group]) => {
    const msp = Msp.safeParse(group.values['MSP']?.value);
    return { key, group, mspId: msp.success ? msp.data.config.name : key };
  });
}

/**
 * Adds the organizations that are missing.
 *
 * @param parent group `Orderer` or `Application` of the channel; changed in place
 * @param described the same group, made of the description
 * @param otherSide the channel's other group: of an organization that is there Fabric wants the same MSP here, revocation lists included
 * @returns MSP IDs of those that it added
 */
export function addOrganizations(
  parent: ConfigGroup,
  described: ConfigGroup,
  otherSide: ConfigGroup,
): readonly string[] {
  const present = new Set(organizationsOf(parent).map(({ mspId }) => mspId));
  const missing = organizationsOf(described).filter(({ mspId }) => !present.has(mspId));
  for (const { key, group, mspId } of missing) {
    if (parent.groups[key] !== undefined)
      throw new FabricError(
        'refused',
        `The channel has another organization under the name ${key}; ${mspId} cannot be added`,
      );
    const added = structuredClone(group);
    const msp = organizationsOf(otherSide).find((other) => other.mspId === mspId)?.group.values['MSP'];
    const own = added.values['MSP'];
    if (own !== undefined && msp !== undefined) own.value = structuredClone(msp.value);
    parent.groups[key] = added;
  }
  return missing.map(({ mspId }) => mspId);
}

/**
 * Takes organizations out.
 *
 * @param parent group `Orderer` or `Application` of the channel; changed in place
 * @returns their MSP IDs
 */
export function removeOrganizations(parent: ConfigGroup, mspIds: readonly string[]): readonly string[] {
  const leaving = organizationsOf(parent).filter(({ mspId }) => mspIds.includes(mspId));
  const keys = new Set(leaving.map(({ key }) => key));
  parent.groups = Object.fromEntries(Object.entries(parent.groups).filter(([key]) => !keys.has(key)));
  return leaving.map(({ mspId }) => mspId);
}

/** MSP IDs of the organizations that a channel has and the description does not name. */
export function unmanagedOrganizations(parent: ConfigGroup, described: ConfigGroup): readonly string[] {
  const named = new Set(organizationsOf(described).map(({ mspId }) => mspId));
  return organizationsOf(parent).flatMap(({ mspId }) => (named.has(mspId) ? [] : [mspId]));
}

/**
 * Has a channel trust the roots of the organization's CAs. Roots that it trusts already stay, or certificates that are in
 * use would be worth nothing at once; so do revocation lists and all else.
 *
 * @param organization changed in place
 * @returns what changes, in words
 */
export function addRoots(organization: ChannelOrganization, described: ConfigGroup): readonly string[] {
  const [value, parsed] = [organization.group.values['MSP'], Msp.safeParse(organization.group.values['MSP']?.value)];
  const wanted = Msp.safeParse(described.values['MSP']?.value);
  if (value === undefined || !parsed.success || !wanted.success) return [];
  const { config } = parsed.data;
  const roots = missingCertificates(config.root_certs, wanted.data.config.root_certs);
  const tlsRoots = missingCertificates(config.tls_root_certs, wanted.data.config.tls_root_certs);
  value.value = {
    ...parsed.data,
    config: {
      ...config,
      root_certs: [...config.root_certs, ...roots],
      tls_root_certs: [...config.tls_root_certs, ...tlsRoots],
      ...(roots.length > 0 && { fabric_node_ous: ofAnyRoot(config.fabric_node_ous) }),
    },
  };
  return [
    ...(roots.length > 0 ? [`new CA root of ${organization.mspId}`] : []),
    ...(tlsRoots.length > 0 ? [`new TLS CA root of ${organization.mspId}`] : []),
  ];
}

/**
 * Takes over a list of addresses, if it is not the same in another order.
 *
 * @param name of the value, and of the list in it
 * @returns whether it changed
 */
export function replaceList(
  organization: ConfigGroup,
  described: ConfigGroup,
  { value: name, list }: { readonly value: 'Endpoints' | 'AnchorPeers'; readonly list: string },
): boolean {
  const wanted = described.values[name] ?? { mod_policy: 'Admins', version: '0', value: { [list]: [] } };
  const current = organization.values[name];
  if (isDeepStrictEqual(listOf(current, list), listOf(wanted, list))) return false;
  organization.values[name] = { ...(current ?? wanted), value: wanted.value };
  return true;
}

function listOf(value: ConfigValue | undefined, list: string): ReadonlySet<unknown> {
  const parsed = z.record(z.string(), z.unknown()).safeParse(value?.value);
  const entries = z.array(z.unknown()).safeParse(parsed.data?.[list]);
  return new Set(entries.data);
}

// msp.MSPConfig with msp.FabricMSPConfig (msp/msp_config.proto); certificates are base64 of PEM.
const Ou = z.looseObject({ certificate: z.string().nullish() }).nullish();
const Msp = z.looseObject({
  config: z.looseObject({
    name: z.string(),
    root_certs: z.array(z.string()),
    tls_root_certs: z.array(z.string()),
    fabric_node_ous: z
      .looseObject({
        client_ou_identifier: Ou,
        peer_ou_identifier: Ou,
        admin_ou_identifier: Ou,
        orderer_ou_identifier: Ou,
      })
      .nullish(),
  }),
});

type NodeOus = z.infer<typeof Msp>['config']['fabric_node_ous'];

/** With more than one root, a role counts under each of them: that is what no certificate means (msp/mspimplsetup.go). */
function ofAnyRoot(nodeOus: NodeOus): NodeOus {
  if (nodeOus === null || nodeOus === undefined) return nodeOus;
  return Object.fromEntries(
    Object.entries(nodeOus).map(([name, value]) => {
      const ou = Ou.safeParse(value);
      return [name, ou.success && ou.data ? { ...ou.data, certificate: '' } : value];
    }),
  );
}

function missingCertificates(current: readonly string[], wanted: readonly string[]): readonly string[] {
  const present = new Set(current.map(fingerprint));
  return wanted.filter((certificate) => !present.has(fingerprint(certificate)));
}

function fingerprint(certificate: string): string {
  return new X509Certificate(Buffer.from(certificate, 'base64')).fingerprint256;
}
