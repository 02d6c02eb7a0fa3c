import { createServer } from 'node:http';

import { describe, expect, it } from 'vitest';

import { consensusMetrics } from '../../../../src/fabric/index.ts';
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
