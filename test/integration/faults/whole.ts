import { createPrivateKey, X509Certificate } from 'node:crypto';

import { expect } from 'vitest';

import { list, type Cluster } from '../../../src/kubernetes/index.ts';
import type { NetworkStatus } from '../../../src/workflows/messages.ts';
import { viewAuthorities } from '../network/authorities.ts';
import { dataOf, decoded, entry } from '../network/objects.ts';
import type { FaultyNetwork } from './faulty-network.ts';

/**
 * That nothing was done twice and nothing was left half-made in a network of one organization `org1`: each CA issued
 * exactly one certificate to each identity, that is the one in the identity's Secret with the key that belongs to it,
 * every pod is ready, and a dry run finds nothing to do.
 *
 * @param identities enrollment IDs, sorted; the registrar alone may have more than one certificate
 */
export async function expectWhole(
  cluster: Cluster,
  network: FaultyNetwork,
  identities: readonly string[],
): Promise<void> {
  const namespace = network.name;
  await expectOneCertificateEach(cluster, namespace, identities);
  await expectCompleteSecrets(cluster, namespace, identities);
  await expectReadyPods(cluster, namespace);

  const status = await network.weft('status', '--exit-code', '-o', 'json');
  expect(status).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(status.stdout) as NetworkStatus).toMatchObject({ ready: true });
  expect(await network.weft('plan', '--exit-code')).toMatchObject({
    exitCode: 0,
    stdout: 'No changes. The network is as described.',
  });
}

/** Asks the CAs, which never forget what they issued. */
async function expectOneCertificateEach(
  cluster: Cluster,
  namespace: string,
  identities: readonly string[],
): Promise<void> {
  const authorities = await viewAuthorities(cluster, { name: 'org1', namespace });
  try {
    const [identity, tls] = await Promise.all([authorities.enrollmentCa.issuedTo(), authorities.tlsCa.issuedTo()]);
    const withoutRegistrar = (ids: readonly string[]): string[] => ids.filter((id) => id !== 'rcaadmin');
    expect(withoutRegistrar(identity)).toEqual(identities);
    expect(withoutRegistrar(tls)).toEqual(identities);
  } finally {
    await authorities.close();
  }
}

async function expectCompleteSecrets(
  cluster: Cluster,
  namespace: string,
  identities: readonly string[],
): Promise<void> {
  const roots = await dataOf(cluster, 'ConfigMap', namespace, 'org1-ca-certificates');
  const secrets = await list(cluster, { apiVersion: 'v1', kind: 'Secret' }, { namespace });
  const stored = Object.fromEntries(secrets.map((secret) => [secret.metadata.name, decoded(secret)]));
  const keys = Object.fromEntries(Object.entries(stored).map(([name, data]) => [name, Object.keys(data).sort()]));
  expect(keys).toEqual({
    'org1-ca-config': ['ca.yaml', 'registrar-password', 'tlsca.yaml'],
    'org1-ca-tls': ['tls.crt', 'tls.key'],
    'org1-ca-registrar': ['cert.pem', 'key.pem', 'tlsca-cert.pem'],
    'org1-admin-ca': ['cert.pem', 'key.pem'],
    'org1-operations-ca': ['cert.pem', 'key.pem'],
    'org1-metrics-client': ['ca.crt', 'tls.crt', 'tls.key'],
    'org1-peer1-chaincode-builder': ['config.json'],
    ...Object.fromEntries(
      identities.flatMap((id) => [
        [`${id}-msp`, ['ca.pem', 'cert.pem', 'key.pem', 'tlsca.pem']],
        [`${id}-tls`, ['ca.pem', 'cert.pem', 'key.pem']],
      ]),
    ),
  });
  for (const id of identities) {
    expectPair(stored[`${id}-msp`] ?? {}, entry(roots, 'ca.pem'));
    expectPair(stored[`${id}-tls`] ?? {}, entry(roots, 'tlsca.pem'));
  }
}

/** A certificate, the key that it certifies, and the CA that signed it. */
function expectPair(data: Readonly<Record<string, string>>, root: string): void {
  const certificate = new X509Certificate(entry(data, 'cert.pem'));
  expect(certificate.checkPrivateKey(createPrivateKey(entry(data, 'key.pem')))).toBe(true);
  expect(certificate.verify(new X509Certificate(root).publicKey)).toBe(true);
}

interface PodStatus {
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

async function expectReadyPods(cluster: Cluster, namespace: string): Promise<void> {
  const pods = await list(cluster, { apiVersion: 'v1', kind: 'Pod' }, { namespace });
  const ready = pods.map(({ metadata, status }) => ({
    node: metadata.labels?.['weft.dev/node'],
    ready: (status as PodStatus).conditions?.find(({ type }) => type === 'Ready')?.status,
  }));
  expect(ready.sort((a, b) => (a.node ?? '').localeCompare(b.node ?? ''))).toEqual(
    ['org1-ca', 'org1-orderer1', 'org1-peer1'].map((node) => ({ node, ready: 'True' })),
  );
}
