import { answerOf } from '../../api-client/index.ts';
import type { RunSignatures } from '../network/signatures.ts';
import { onceOnly, type ApiConnection } from './connection.ts';
import { openRunOf, unlessEnded } from './runs.ts';

/** The signatures for which the run of a network waits, by a service. */
export function signaturesOfServed(api: ApiConnection, network: string): RunSignatures {
  const { client } = api;
  return {
    awaited: async () => {
      const params = { path: { name: network } };
      const { data } = await answerOf(client.GET('/v1/networks/{name}/signatures', { params }));
      return data.signatures.map(({ envelope, ...told }) => ({ ...told, envelope: Buffer.from(envelope, 'base64') }));
    },
    add: async (envelope) => {
      const open = await openRunOf(api, network);
      if (open === undefined) return undefined;
      const params = { path: { id: open.id }, header: onceOnly() };
      const body = { envelope: Buffer.from(envelope).toString('base64') };
      const answer = await unlessEnded(answerOf(client.POST('/v1/runs/{id}/signatures', { params, body })));
      return answer?.data;
    },
  };
}
