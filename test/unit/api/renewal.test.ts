import { describe, expect, it } from 'vitest';

import { description, done, endingIn, servers, step, type Server } from './harness.ts';

const start = servers();

let networks = 0;

/** A service with a network, whose next run ends in this way. */
async function withNetwork(...ends: Parameters<typeof endingIn>): Promise<{ server: Server; name: string }> {
  networks += 1;
  const name = `renewed-${networks}`;
  const server = await start({ temporal: endingIn(done(name), ...ends) });
  const headers = { 'content-type': 'application/yaml' };
  await server.as('operator', { method: 'PUT', url: `/v1/networks/${name}`, headers, payload: description(name) });
  return { server, name };
}

function renew(
  { server, name }: Awaited<ReturnType<typeof withNetwork>>,
  payload: object,
  verb = 'renew',
): ReturnType<Server['as']> {
  return server.as('operator', { method: 'POST', url: `/v1/networks/${name}:${verb}`, payload });
}

describe('a renewal that is asked for', () => {
  it.each([
    [{}, { targets: 'all' }],
    [{ targets: ['org1/peer1'] }, { targets: ['org1/peer1'] }],
    [{ dueOnly: true }, {}],
    [
      { targets: ['org0'], newKeys: true },
      { targets: ['org0'], newKey: true },
    ],
  ])('by %j is a run that does just that', async (body, options) => {
    const network = await withNetwork(done('net', step('updated')));
    const answer = await renew(network, body);
    expect([answer.statusCode, answer.json<{ kind: string }>().kind]).toEqual([202, 'renew']);
    expect(network.server.temporal.runs.at(-1)?.request.args[1]).toEqual(options);
  });

  it.each([
    [{ newKeys: true }, '/newKeys'],
    [{ targets: ['org1'], dueOnly: true }, '/dueOnly'],
  ])('by %j is refused with the place of what does not go', async (body, pointer) => {
    const network = await withNetwork();
    const answer = await renew(network, body);
    expect(answer.json()).toMatchObject({ status: 400, errors: [{ pointer }] });
    expect(network.server.temporal.runs).toHaveLength(1);
  });

  it.each([
    ['a name longer than any target has', ['x'.repeat(401)], '/targets/0', '400 characters'],
    ['more names than there can be', Array.from({ length: 3_501 }, () => 'org1'), '/targets', '3500'],
  ])('of %s is refused with the limit', async (_, targets, pointer, limit) => {
    const network = await withNetwork();
    const answer = await renew(network, { targets });
    const detail = expect.stringContaining(limit) as string;
    expect(answer.json()).toMatchObject({ status: 400, errors: [{ pointer, detail }] });
  });

  it('is told by a dry run, which is no run of the network and leaves its lock alone', async () => {
    const due = step('updated', 'org1/peer1', 'it ends in 3 days');
    const network = await withNetwork(done('net', step('unchanged', 'org1/peer2'), due));
    const answer = await renew(network, { dueOnly: true }, 'planRenewal');
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      expect.objectContaining({
        counts: { unchanged: 1, created: 0, updated: 1, removed: 0 },
        steps: [{ step: due.step, target: 'org1/peer1', outcome: 'updated', reason: 'it ends in 3 days' }],
      }),
    ]);
    expect(network.server.temporal.runs.at(-1)?.run.workflowId).toContain(`plan/local/${network.name}/`);
    const { runs } = (await network.server.as('viewer', { url: `/v1/networks/${network.name}/runs` })).json<{
      runs: object[];
    }>();
    expect(runs).toHaveLength(1);
  });
});
