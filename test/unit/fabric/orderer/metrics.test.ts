import { createServer } from 'node:http';
import { createServer as createTlsServer, type Server } from 'node:https';
import { TLSSocket } from 'node:tls';

import { describe, expect, it } from 'vitest';

import {
  clientCertificate,
  consensusMetrics,
  selfSignedAuthority,
  selfSignedServerCertificate,
  type OperationsEndpoint,
} from '../../../../src/fabric/index.ts';
import { freePort } from '../../../support/free-port.ts';

/** An operations endpoint that answers every call alike. */
async function operations(status: number, text: string): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer((_request, response) => {
    response.writeHead(status).end(text);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    port,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const RAFT = `# HELP consensus_etcdraft_active_nodes Number of active nodes in this channel.
# TYPE consensus_etcdraft_active_nodes gauge
consensus_etcdraft_active_nodes{channel="mychannel"} 3
consensus_etcdraft_active_nodes{channel="other.channel"} 0
consensus_etcdraft_cluster_size{channel="mychannel"} 3
consensus_etcdraft_cluster_size{channel="other.channel"} 5
consensus_etcdraft_committed_block_number{channel="mychannel"} 1.2e+06
consensus_etcdraft_committed_block_number{channel="other.channel"} 0
consensus_etcdraft_data_persist_duration_bucket{channel="mychannel",le="0.005"} 4
consensus_etcdraft_is_leader{channel="mychannel"} 1
consensus_etcdraft_is_leader{channel="other.channel"} 0
cluster_comm_egress_queue_capacity{channel="mychannel",host="orderer2:6050",msg_type="consensus"} 10
cluster_comm_ingress_stream_count 2
participation_status{channel="mychannel"} 1
`;

const BFT = `consensus_BFT_cluster_size{channel="mychannel"} 4
consensus_BFT_committed_block_number{channel="mychannel"} 7
consensus_BFT_is_leader{channel="mychannel"} 0
consensus_BFT_leader_id{channel="mychannel"} 2
`;

describe('the metrics of an orderer', () => {
  it('say per Raft channel whether it leads, and how many streams the others have to it', async () => {
    await using endpoint = await operations(200, RAFT);
    const metrics = await consensusMetrics({ host: '127.0.0.1', port: endpoint.port, timeoutMs: 5_000 });
    expect([...metrics]).toEqual([
      ['mychannel', { consensus: 'raft', isLeader: true, clusterSize: 3, committedBlock: 1_200_000, streams: 2 }],
      ['other.channel', { consensus: 'raft', isLeader: false, clusterSize: 5, committedBlock: 0, streams: 2 }],
    ]);
  });

  it('say per BFT channel who leads', async () => {
    await using endpoint = await operations(200, BFT);
    const metrics = await consensusMetrics({ host: '127.0.0.1', port: endpoint.port, timeoutMs: 5_000 });
    expect([...metrics]).toEqual([
      ['mychannel', { consensus: 'bft', isLeader: false, clusterSize: 4, committedBlock: 7, streams: 0 }],
    ]);
  });

  it('say of an orderer that nobody has connected to yet that it has no streams', async () => {
    await using endpoint = await operations(200, RAFT.replace(/^cluster_comm_ingress.*\n/m, ''));
    const metrics = await consensusMetrics({ host: '127.0.0.1', port: endpoint.port, timeoutMs: 5_000 });
    expect(metrics.get('mychannel')).toMatchObject({ streams: 0 });
  });

  it('are none while it is in no channel', async () => {
    await using endpoint = await operations(200, 'go_threads 12\n');
    expect(await consensusMetrics({ host: '127.0.0.1', port: endpoint.port, timeoutMs: 5_000 })).toEqual(new Map());
  });

  it('that are switched off are an error that says how to switch them on', async () => {
    await using endpoint = await operations(404, '404 page not found');
    const call = consensusMetrics({ host: '127.0.0.1', port: endpoint.port, timeoutMs: 5_000 });
    await expect(call).rejects.toMatchObject({
      kind: 'unexpected',
      message: `The metrics of the orderer cannot be read: 127.0.0.1:${endpoint.port} answers HTTP status 404; its orderer.yaml must set Metrics.Provider to prometheus`,
    });
  });

  it('of an orderer that does not stand are unreachable', async () => {
    const port = await freePort();
    await expect(consensusMetrics({ host: '127.0.0.1', port, timeoutMs: 5_000 })).rejects.toMatchObject({
      kind: 'unreachable',
      message: `The metrics of the orderer cannot be read: nothing listens at 127.0.0.1:${port}`,
    });
  });
});

describe('the metrics of an orderer that wants to know who reads them', () => {
  const client = { lifetimeHours: 1, commonName: 'metrics-client' };

  /**
   * An operations endpoint as Fabric has it: it asks for a certificate, takes none but those of its CA, and answers 401 to who shows none.
   *
   * @returns how it is asked in the name of another CA's client, or its own one's
   */
  async function closedOperations(): Promise<
    AsyncDisposable & Record<'known' | 'unknown' | 'anybody' | 'plain', OperationsEndpoint>
  > {
    const server = { commonName: 'org0-orderer1', hosts: ['org0-orderer1'], lifetimeHours: 1 };
    const [own, ca, other] = await Promise.all([
      selfSignedServerCertificate(server),
      selfSignedAuthority({ commonName: 'operations-ca', lifetimeHours: 1 }),
      selfSignedAuthority({ commonName: 'operations-ca', lifetimeHours: 1 }),
    ]);
    const [known, unknown] = await Promise.all([clientCertificate(ca, client), clientCertificate(other, client)]);
    const port = await freePort();
    const tls = { cert: own.certificate, key: own.key, ca: ca.certificate, requestCert: true };
    const listening: Server = createTlsServer({ ...tls, rejectUnauthorized: false }, (request, response) => {
      const { socket } = request;
      response.writeHead(socket instanceof TLSSocket && socket.authorized ? 200 : 401).end(RAFT);
    });
    await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve));
    const endpoint = { host: '127.0.0.1', port, timeoutMs: 5_000 };
    const trust = { servername: 'org0-orderer1', tlsRoots: own.certificate };
    return {
      known: { ...endpoint, tls: { ...trust, ...known } },
      unknown: { ...endpoint, tls: { ...trust, ...unknown } },
      anybody: { ...endpoint, tls: { ...trust, certificate: '', key: '' } },
      plain: endpoint,
      [Symbol.asyncDispose]: async () => {
        await new Promise((resolve) => listening.close(resolve));
      },
    };
  }

  it('are told to a client of the CA for it', async () => {
    await using endpoint = await closedOperations();
    expect([...(await consensusMetrics(endpoint.known)).keys()]).toEqual(['mychannel', 'other.channel']);
  });

  it.each(['unknown', 'anybody'] as const)('are not told to %s', async (who) => {
    await using endpoint = await closedOperations();
    await expect(consensusMetrics(endpoint[who])).rejects.toMatchObject({
      kind: 'notAuthorized',
      message: expect.stringContaining('does not accept the TLS certificate of the one who asks') as string,
    });
  });

  it('are not told by HTTP, as it was asked before it was replaced: the next look asks in another way', async () => {
    await using endpoint = await closedOperations();
    await expect(consensusMetrics({ ...endpoint.plain, timeoutMs: 2_000 })).rejects.toMatchObject({
      kind: expect.stringMatching(/unavailable|unreachable/) as string,
    });
  });

  it('are unreachable where it speaks HTTP still, as the pod does that is replaced just now', async () => {
    await using endpoint = await closedOperations();
    await using before = await operations(200, RAFT);
    await expect(consensusMetrics({ ...endpoint.known, port: before.port })).rejects.toMatchObject({
      kind: 'unreachable',
    });
  });
});
