import { createApi } from '../src/api/index.ts';
import { appendEvents, createToken, openDatabase, saveRevision } from '../src/database/index.ts';
import { parseDescription } from '../src/description/yaml.ts';
import { FakeTemporal } from '../test/unit/client/fake-temporal.ts';

/*
 * The API of the bench, in a process of its own: its memory is that of the API alone, and who asks it does not take its time. Arguments: where the database is,
 * how many networks.
 */

const [location = '', count = '0'] = process.argv.slice(2);
const database = await openDatabase(location);
const temporal = new FakeTemporal().withWorkers('local');
const at = new Date();

/** 20 nodes: 4 orderers and 16 peers. */
function source(name: string): string {
  const organizations = [1, 2, 3, 4].map(
    (number) => `  - { name: org${number}, mspId: Org${number}MSP, domain: org${number}.example.com, peers: 4 }\n`,
  );
  return `name: ${name}
organizations:
  - { name: org0, mspId: OrdererMSP, domain: org0.example.com, orderers: 4 }
${organizations.join('')}channels:
  - { name: mychannel, orderers: [org0], peers: [org1, org2, org3, org4] }
`;
}

let watched = '';
for (let number = 0; number < Number(count); number += 1) {
  const name = `network-${number}`;
  const text = source(name);
  const read = parseDescription(text, 'the bench');
  if (!read.ok) throw new Error(JSON.stringify(read.issues));
  const network = { cluster: 'local', name };
  const saved = await saveRevision(database, { network, description: read.network, source: text, at, by: 'bench' });
  if (saved.kind === 'saved') watched = saved.network.id;
}
const { secret } = await createToken(database, { name: 'bench', role: 'viewer', at, by: 'bench' });
const api = await createApi(
  { database, temporal, cluster: 'local', now: () => new Date() },
  // What is measured is how many it could answer.
  { allowAnonymous: false, version: 'bench', logger: false, requestsPerMinute: 10_000_000 },
);
process.on('message', (message) => {
  if (message === 'event') {
    // As another process writes it: this one is not told, and finds it when it looks.
    void appendEvents(database, { networkId: watched }, [
      { time: new Date(), type: 'step.progress', data: { step: 'bench', target: 'org1/peer1' } },
    ]);
  } else if (message === 'memory') process.send?.(process.memoryUsage());
  else {
    void api.close().then(async () => {
      await database.close();
      process.disconnect();
    });
  }
});
process.send?.({ url: await api.listen({ host: '127.0.0.1', port: 0 }), token: secret });
