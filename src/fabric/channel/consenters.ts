/*
 * The orderers that take part in a channel's consensus, within the channel's configuration. Fabric lets an update add,
 * replace or remove one at a time (orderer/consensus/etcdraft/membership.go), so that the others keep a quorum.
 */
import { createPublicKey, X509Certificate } from 'node:crypto';

import { z } from 'zod';

import type { ConfigGroup, ConfigValue } from './config.ts';
import { FabricError } from '../error.ts';

/** What an edit of the consenters comes to, each in words. */
export interface ConsenterEdit {
  readonly changes: readonly string[];
  readonly postponed: readonly string[];
  readonly unmanaged: readonly string[];
  /** What changes is a certificate that was renewed for the same key: the channel goes on without that, too. */
  readonly isRefresh: boolean;
}

/** What decides how the consenters may change. */
export interface ConsenterRules {
  /** Which of those that are not described leave; the others stay. By default all stay. */
  readonly isRemovable?: (consenter: ConsenterAddress) => boolean;
  /** All consenters take part, so that Fabric lets a certificate be exchanged. By default some may not. */
  readonly areAllActive?: boolean;
}

/** Where a consenter is reached. */
export interface ConsenterAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Adds the first consenter that is missing, or takes over the first new certificate, or removes the first that is to leave:
 * who comes in the place of another is there before that one goes.
 *
 * A certificate that was renewed for the same key comes last, and only while all consenters take part: orderers compare keys
 * (common/crypto/expiration.go, CertificatesWithSamePublicKey), so that nobody waits for it, and it is a rotation to Fabric all the same, by
 * which a consenter counts as missing. A leader hands the lead on before its own certificate is exchanged, which one that is alone cannot.
 *
 * @param orderer group `Orderer` of the channel; changed in place
 * @param described the same group, made of the description
 */
export function editConsenters(
  orderer: ConfigGroup,
  described: ConfigGroup,
  { isRemovable = () => false, areAllActive = false }: ConsenterRules = {},
): ConsenterEdit {
  const type = consensusType(orderer);
  const wanted = consentersOf(described);
  const current = consentersOf(orderer);
  const unmanaged = current.filter((consenter) => !wanted.some((other) => isSame(consenter, other)));
  const edits = [
    ...wanted.flatMap((consenter) => editOf(consenter, current)),
    ...unmanaged.filter(isRemovable).map(removal),
  ];
  const refreshes =
    edits.length === 0 && areAllActive && current.length > 1
      ? wanted.flatMap((consenter) => refreshOf(consenter, current))
      : [];
  const [first, ...later] = [...edits, ...refreshes];
  if (first !== undefined) {
    setConsenters(orderer, first.apply(current));
    if (type === 'BFT') setBftBlockValidation(orderer, first.apply(current));
  }
  return {
    changes: first === undefined ? [] : [first.words],
    postponed: later.map(({ words }) => words),
    unmanaged: unmanaged
      .filter((consenter) => !isRemovable(consenter))
      .map((consenter) => `consenter ${address(consenter)}`),
    isRefresh: refreshes.length > 0,
  };
}

/** A consenter with the certificates that it shall have, PEM. */
export interface ConsenterCertificates extends ConsenterAddress {
  readonly identity: string;
  readonly tls: string;
}

/**
 * Exchanges the certificates of the first consenter whose own differ; nothing else of the channel changes. Of one that is alone only a new
 * key would be worth it, and Fabric orders no such update: its leader has nobody to hand the lead on to.
 *
 * @param orderer group `Orderer` of the channel; changed in place
 */
export function exchangeCertificates(
  orderer: ConfigGroup,
  certificates: readonly ConsenterCertificates[],
): Pick<ConsenterEdit, 'changes' | 'postponed'> {
  const current = consentersOf(orderer);
  if (current.length < 2) return { changes: [], postponed: [] };
  const edits = certificates.flatMap((wanted): readonly Edit[] => {
    const existing = current.find((consenter) => hasSameAddress(consenter, wanted));
    if (existing === undefined) return [];
    const tls = Buffer.from(wanted.tls).toString('base64');
    const identity =
      existing.identity === undefined ? {} : { identity: Buffer.from(wanted.identity).toString('base64') };
    const exchanged: Consenter = { ...existing, ...identity, client_tls_cert: tls, server_tls_cert: tls };
    return hasSameKeys(existing, exchanged) ? refreshOf(exchanged, current) : editOf(exchanged, current);
  });
  const [first, ...later] = edits;
  if (first === undefined) return { changes: [], postponed: [] };
  setConsenters(orderer, first.apply(current));
  if (consensusType(orderer) === 'BFT') setBftBlockValidation(orderer, first.apply(current));
  return { changes: [first.words], postponed: later.map(({ words }) => words) };
}

/** @throws FabricError `refused` if it is neither Raft nor BFT */
export function consensusType(orderer: ConfigGroup): 'etcdraft' | 'BFT' {
  return consensusOf(orderer).type;
}

type Consenter = z.infer<typeof Consenter>;

// etcdraft.Consenter (orderer/etcdraft/configuration.proto); common.Consenter of Fabric 3 has a number and an identity, too.
const Consenter = z.looseObject({
  host: z.string(),
  port: z.number(),
  client_tls_cert: z.string(),
  server_tls_cert: z.string(),
  id: z.number().optional(),
  msp_id: z.string().optional(),
  identity: z.string().optional(),
});

const Consensus = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('etcdraft'),
    metadata: z.looseObject({ consenters: z.array(Consenter) }),
  }),
  z.looseObject({ type: z.literal('BFT') }),
]);

const Orderers = z.looseObject({ consenter_mapping: z.array(Consenter) });

interface Edit {
  readonly words: string;
  readonly apply: (current: readonly Consenter[]) => readonly Consenter[];
}

function editOf(wanted: Consenter, current: readonly Consenter[]): readonly Edit[] {
  const existing = current.find((consenter) => isSame(consenter, wanted));
  if (existing === undefined) return [{ words: `adds consenter ${address(wanted)}`, apply: (all) => add(wanted, all) }];
  if (hasSameAddress(existing, wanted) && hasSameKeys(existing, wanted)) return [];
  const words = hasSameAddress(existing, wanted)
    ? `new certificate of consenter ${address(wanted)}`
    : `address of consenter ${address(existing)} -> ${address(wanted)}`;
  return [
    { words, apply: (all) => all.map((consenter) => (consenter === existing ? renewed(existing, wanted) : consenter)) },
  ];
}

/** Of who is to have other certificates for the same keys. */
function refreshOf(wanted: Consenter, current: readonly Consenter[]): readonly Edit[] {
  const existing = current.find((consenter) => isSame(consenter, wanted));
  if (
    existing === undefined ||
    CERTIFICATES.every((name) => fingerprintOf(existing[name]) === fingerprintOf(wanted[name]))
  )
    return [];
  return [
    {
      words: `renewed certificate of consenter ${address(wanted)}`,
      apply: (all) => all.map((consenter) => (consenter === existing ? renewed(existing, wanted) : consenter)),
    },
  ];
}

function removal(leaving: Consenter): Edit {
  return {
    words: `removes consenter ${address(leaving)}`,
    apply: (all) => all.filter((consenter) => consenter !== leaving),
  };
}

function add(consenter: Consenter, all: readonly Consenter[]): readonly Consenter[] {
  // Only BFT numbers its consenters, each for ever.
  const numbers = all.flatMap(({ id }) => (id === undefined ? [] : [id]));
  return [...all, numbers.length === 0 ? consenter : { ...consenter, id: Math.max(...numbers) + 1 }];
}

function renewed(existing: Consenter, wanted: Consenter): Consenter {
  return existing.id === undefined ? wanted : { ...wanted, id: existing.id };
}

function isSame(one: Consenter, other: Consenter): boolean {
  return hasSameAddress(one, other) || keyOf(one.client_tls_cert) === keyOf(other.client_tls_cert);
}

function hasSameAddress(one: ConsenterAddress, other: ConsenterAddress): boolean {
  return address(one) === address(other);
}

const CERTIFICATES = ['client_tls_cert', 'server_tls_cert', 'identity'] as const;

function hasSameKeys(one: Consenter, other: Consenter): boolean {
  return CERTIFICATES.every((name) => one[name] === other[name] || keyOf(one[name]) === keyOf(other[name]));
}

/** The public key of a certificate (base64 of PEM); what is none is compared as it is. */
function keyOf(certificate = ''): string {
  try {
    const key = createPublicKey(Buffer.from(certificate, 'base64'));
    return key.export({ type: 'spki', format: 'pem' }).toString();
  } catch {
    return certificate;
  }
}

/** Tells a certificate (base64 of PEM) apart; what is none is compared as it is. */
function fingerprintOf(certificate = ''): string {
  try {
    return new X509Certificate(Buffer.from(certificate, 'base64')).fingerprint256;
  } catch {
    return certificate;
  }
}

function address({ host, port }: ConsenterAddress): string {
  return `${host}:${port}`;
}

function consentersOf(orderer: ConfigGroup): readonly Consenter[] {
  const consensus = consensusOf(orderer);
  if (consensus.type === 'BFT') return Orderers.parse(valueOf(orderer, 'Orderers').value).consenter_mapping;
  return consensus.metadata.consenters;
}

function setConsenters(orderer: ConfigGroup, consenters: readonly Consenter[]): void {
  const consensus = consensusOf(orderer);
  if (consensus.type === 'BFT') {
    const orderers = valueOf(orderer, 'Orderers');
    orderers.value = { ...Orderers.parse(orderers.value), consenter_mapping: consenters };
  } else {
    valueOf(orderer, 'ConsensusType').value = { ...consensus, metadata: { ...consensus.metadata, consenters } };
  }
}

function consensusOf(orderer: ConfigGroup): z.infer<typeof Consensus> {
  const parsed = Consensus.safeParse(valueOf(orderer, 'ConsensusType').value);
  if (parsed.success) return parsed.data;
  throw new FabricError('refused', 'The orderers of this channel use a consensus that is neither Raft nor BFT');
}

function valueOf(group: ConfigGroup, name: string): ConfigValue {
  const value = group.values[name];
  if (value === undefined) throw new FabricError('refused', `The configuration of this channel has no value ${name}`);
  return value;
}

/** The policy that Fabric derives from BFT consenters, and holds against them (common/policies/bft.go). */
function setBftBlockValidation(orderer: ConfigGroup, consenters: readonly Consenter[]): void {
  const policy = orderer.policies['BlockValidation'];
  if (policy === undefined) return;
  policy.policy = {
    type: 1, // Policy.PolicyType.SIGNATURE
    value: {
      identities: consenters.map(({ msp_id: mspid, identity: id_bytes }) => ({
        principal: { mspid, id_bytes },
        principal_classification: 'IDENTITY',
      })),
      rule: {
        n_out_of: {
          n: bftQuorum(consenters.length),
          rules: consenters.map((_consenter, index) => ({ signed_by: index })),
        },
      },
      version: 0,
    },
  };
}

/**
 * How many of a channel's BFT consenters must be there for it to order: 2f+1 of 3f+1, where f may lie or be lost
 * (computeQuorum in SmartBFT's internal/bft/util.go, ComputeBFTQuorum in Fabric's common/policies/bft.go).
 */
export function bftQuorum(consenters: number): number {
  const faulty = Math.floor((consenters - 1) / 3);
  return Math.ceil((consenters + faulty + 1) / 2);
}
