import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

import { PORTS } from '../../src/spec/index.ts';
import { loadTemplate } from '../../src/templates/index.ts';

/*
 * The files of kube/ have their ports as numbers, so that they can be read. src/spec/ports.ts is what the code goes by.
 */

/** What each port of the Service leads to, by its number; a container's port without a Service is under its name. */
async function portsOf(file: string): Promise<Record<string, number>> {
  const objects = parseAllDocuments(await loadTemplate(file)).map((document) => document.toJS() as Manifest);
  const containers = objects
    .flatMap(({ spec }) => spec?.template?.spec.containers ?? [])
    .flatMap(({ ports }) => ports)
    .map(({ name, containerPort }) => [name, containerPort] as const);
  const services = objects
    .filter(({ kind }) => kind === 'Service')
    .flatMap(({ spec }) => spec?.ports ?? [])
    .map(({ port, targetPort }) => [String(port), Object.fromEntries(containers)[targetPort] ?? 0] as const);
  return Object.fromEntries([...containers, ...services]);
}

interface Manifest {
  readonly kind: string;
  readonly spec?: {
    readonly ports?: readonly { readonly port: number; readonly targetPort: string }[];
    readonly template?: {
      readonly spec: {
        readonly containers: readonly {
          readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
        }[];
      };
    };
  };
}

describe('the ports of the manifests', () => {
  test('of an orderer are those that the code goes by', async () => {
    expect(await portsOf('orderer.yaml')).toEqual({
      grpc: PORTS.orderer,
      admin: PORTS.ordererAdmin,
      operations: PORTS.ordererOperations,
      [PORTS.service]: PORTS.orderer,
      [PORTS.orderer]: PORTS.orderer,
      [PORTS.ordererAdmin]: PORTS.ordererAdmin,
      [PORTS.ordererOperations]: PORTS.ordererOperations,
    });
  });

  test('of a peer are those that the code goes by', async () => {
    expect(await portsOf('peer.yaml')).toEqual({
      grpc: PORTS.peer,
      chaincode: PORTS.peerChaincode,
      operations: PORTS.peerOperations,
      [PORTS.service]: PORTS.peer,
      [PORTS.peer]: PORTS.peer,
      [PORTS.peerChaincode]: PORTS.peerChaincode,
      [PORTS.peerOperations]: PORTS.peerOperations,
    });
  });

  test('of a certificate authority are those that the code goes by', async () => {
    expect(await portsOf('certificate-authority.yaml')).toEqual({
      https: PORTS.certificateAuthority,
      operations: PORTS.certificateAuthorityOperations,
      [PORTS.service]: PORTS.certificateAuthority,
    });
  });

  test("of a chaincode's server are those that the code goes by", async () => {
    expect(await portsOf('chaincode.yaml')).toEqual({
      chaincode: PORTS.chaincode,
      [PORTS.chaincode]: PORTS.chaincode,
    });
  });
});

describe("the ports of Fabric's base configuration", () => {
  test('of an orderer are those of its manifest', async () => {
    expect(parse(await loadTemplate('config/orderer.yaml'))).toMatchObject({
      General: { ListenPort: PORTS.orderer },
      Admin: { ListenAddress: `0.0.0.0:${PORTS.ordererAdmin}` },
      Operations: { ListenAddress: `0.0.0.0:${PORTS.ordererOperations}` },
    });
  });

  test('of a peer are those of its manifest', async () => {
    expect(parse(await loadTemplate('config/core.yaml'))).toMatchObject({
      peer: { listenAddress: `0.0.0.0:${PORTS.peer}` },
      operations: { listenAddress: `0.0.0.0:${PORTS.peerOperations}` },
    });
  });

  test('of a certificate authority are those of its manifest', async () => {
    expect(parse(await loadTemplate('config/fabric-ca-server.yaml'))).toMatchObject({
      port: PORTS.certificateAuthority,
      operations: { listenAddress: `0.0.0.0:${PORTS.certificateAuthorityOperations}` },
    });
  });
});
