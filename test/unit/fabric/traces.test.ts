import { createServer } from 'node:https';

import { context, propagation, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import {
  connectCertificateAuthority,
  connectOrdererAdmin,
  connectPeer,
  selfSignedServerCertificate,
} from '../../../src/fabric/index.ts';
import { inSpan } from '../../../src/tracing/index.ts';
import { newIdentity, startFakeNode } from './grpc/fake-node.ts';

const memory = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });

beforeAll(() => {
  provider.register();
});
afterEach(() => {
  memory.reset();
});
// Other files run in this process, too.
afterAll(async () => {
  await provider.shutdown();
  trace.disable();
  context.disable();
  propagation.disable();
});

const limits = { signal: new AbortController().signal, timeoutMs: 10_000 };

/** What was told of the calls that a step has made, each with whether it was below the step. */
async function callsWithin(step: () => Promise<unknown>): Promise<readonly object[]> {
  await inSpan('step', {}, step).catch(() => undefined);
  const spans = memory.getFinishedSpans();
  const parent = spans.find(({ name }) => name === 'step')?.spanContext().spanId;
  return spans
    .filter(({ name }) => name !== 'step')
    .map(({ name, attributes, status, parentSpanContext }) => ({
      ...{ name, attributes, isBelow: parentSpanContext?.spanId === parent },
      ...(status.message === undefined ? {} : { failure: status.message }),
    }));
}

describe('a call of a Fabric node', () => {
  it('by gRPC is a span below the step, with service, method and address, and how it ended', async () => {
    await using node = await startFakeNode();
    const peer = connectPeer(node.endpoint, await newIdentity('Org1MSP'), limits);
    try {
      expect(await callsWithin(() => peer.channels())).toMatchObject([
        {
          name: 'protos.Endorser/ProcessProposal',
          attributes: { 'rpc.service': 'protos.Endorser', 'server.port': node.endpoint.port },
          isBelow: true,
        },
      ]);
    } finally {
      peer.close();
    }
  });

  it('by HTTP is one as well, without what is in its query and its body', async () => {
    const { certificate, key } = await selfSignedServerCertificate({
      ...{ commonName: 'org1-ca', hosts: ['org1-ca'], lifetimeHours: 1 },
    });
    const server = createServer({ cert: certificate, key }, (_request, response) => {
      response.writeHead(400).end('{"success":false,"errors":[{"code":0,"message":"no"}],"result":""}');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const address = server.address();
    const place = { host: '127.0.0.1', port: typeof address === 'object' && address !== null ? address.port : 0 };
    const trusted = { ...place, servername: 'org1-ca', tlsRoots: certificate, timeoutMs: 10_000 };
    const ca = connectCertificateAuthority({ ...trusted, caName: 'org1-ca' });
    const admin = connectOrdererAdmin({ ...trusted, certificate, key });
    try {
      const told = await callsWithin(async () => {
        await ca.info().catch(() => undefined);
        await admin.channels().catch(() => undefined);
      });
      expect(told).toMatchObject([
        { name: 'GET org1-ca', attributes: { 'url.path': '/cainfo' }, isBelow: true },
        { name: 'GET org1-ca', attributes: { 'url.path': '/participation/v1/channels' }, isBelow: true },
      ]);
    } finally {
      await Promise.all([ca.close(), admin.close()]);
      server.closeAllConnections();
      server.close();
    }
  });
});
