import { beforeEach, describe, expect, test } from 'vitest';

import {
  createChaincodeServerActivities,
  type ChaincodeServerActivities,
  type ChaincodeServerInput,
} from '../../../../src/activities/chaincodes/servers.ts';
import { packagedChaincode } from '../../../../src/workflows/inputs.ts';
import { chaincode } from '../chaincodes.ts';
import { configurationOf } from '../deployments.ts';
import { fakeFabric } from '../fake-fabric.ts';
import { mockActivity } from '../mock-activity.ts';
import { objectStore, type ObjectStore } from '../object-store.ts';
import { enrolled, ORG1, PLAN, UP } from '../steps.ts';
import { storedSecret } from '../stored.ts';

const NAME = 'org1-ccaas-mychannel-basic';

let store: ObjectStore;

beforeEach(() => {
  store = objectStore(enrolled(ORG1));
  certify({});
});

/** Stores the TLS pair of the server. */
function certify({ certificate = 'certificate', root = 'root' }: { certificate?: string; root?: string }): void {
  store.put(storedSecret(`${NAME}-tls`, { 'cert.pem': certificate, 'key.pem': 'key', 'ca.pem': root }));
}

function start(
  { environment = {}, ...fields }: Record<string, unknown> = {},
  more: Partial<ChaincodeServerInput> = {},
): ReturnType<ChaincodeServerActivities['startChaincodeServer']> {
  const { startChaincodeServer } = createChaincodeServerActivities(fakeFabric().dependencies(store));
  const described = chaincode({ environment, ...fields });
  if (!('image' in described)) throw new Error('This chaincode has no server here.');
  return mockActivity().run(startChaincodeServer, {
    ...UP,
    organization: ORG1,
    chaincode: packagedChaincode(described),
    name: NAME,
    settings: described,
    ...more,
  });
}

function environment(): Readonly<Record<string, string>> {
  return store.dataOf('ConfigMap', `${NAME}-config`) ?? {};
}

describe('the server of a chaincode', () => {
  test('is told its address, its package ID in both names, and to talk without TLS', async () => {
    expect(await start({ tls: false })).toMatchObject({ outcome: 'created' });
    const { CHAINCODE_ID, ...others } = environment();
    expect(CHAINCODE_ID).toMatch(/^basic_1\.0:[0-9a-f]{64}$/);
    expect(others).toEqual({
      CHAINCODE_SERVER_ADDRESS: '0.0.0.0:9999',
      CORE_CHAINCODE_ID_NAME: CHAINCODE_ID,
      CHAINCODE_TLS_DISABLED: 'true',
    });
    expect(store.left()).toEqual(expect.arrayContaining([`Deployment ${NAME}`, `Service ${NAME}`]));
  });

  test('is told where its TLS pair is and whose certificates it takes, by the names that Go and Node.js know', async () => {
    await start();
    const folder = '/var/hyperledger/chaincode/tls';
    const { CHAINCODE_ID, CORE_CHAINCODE_ID_NAME, CHAINCODE_SERVER_ADDRESS, ...tls } = environment();
    expect([CHAINCODE_ID, CHAINCODE_SERVER_ADDRESS]).toEqual([CORE_CHAINCODE_ID_NAME, '0.0.0.0:9999']);
    expect(tls).toEqual({
      CHAINCODE_TLS_DISABLED: 'false',
      CHAINCODE_TLS_KEY: `${folder}/key.pem`,
      CHAINCODE_TLS_CERT: `${folder}/cert.pem`,
      CHAINCODE_CLIENT_CA_CERT: `${folder}/ca.pem`,
      CORE_CHAINCODE_TLS_KEY_FILE: `${folder}/key.pem`,
      CORE_CHAINCODE_TLS_CERT_FILE: `${folder}/cert.pem`,
      CORE_CHAINCODE_TLS_CLIENT_CACERT_FILE: `${folder}/ca.pem`,
    });
  });

  test('gets the environment of the description, which may change that of Weft', async () => {
    await start({ environment: { LOG_LEVEL: 'debug', CHAINCODE_SERVER_ADDRESS: '0.0.0.0:8888' } });
    expect(environment()).toMatchObject({ LOG_LEVEL: 'debug', CHAINCODE_SERVER_ADDRESS: '0.0.0.0:8888' });
  });

  test('is restarted by another environment or package, and by nothing else', async () => {
    await start();
    const first = configurationOf(store, NAME);
    expect(await start()).toMatchObject({ outcome: 'unchanged', rolledOut: false });
    expect(configurationOf(store, NAME)).toBe(first);
    await start({ environment: { LOG_LEVEL: 'debug' } });
    const second = configurationOf(store, NAME);
    expect(second).not.toBe(first);
    await start({ version: '1.1' });
    expect([first, second]).not.toContain(configurationOf(store, NAME));
  });

  test.each(['certificate', 'root'] as const)('is restarted by another TLS %s, where it has one', async (part) => {
    const hashWith = async (tls: boolean, text: string): Promise<string | undefined> => {
      certify({ [part]: text });
      await start({ tls });
      return configurationOf(store, NAME);
    };
    expect(await hashWith(true, 'first')).not.toBe(await hashWith(true, 'second'));
    expect(await hashWith(false, 'first')).toBe(await hashWith(false, 'second'));
  });

  test('is not started before it has its TLS pair, and planned as it will be', async () => {
    store = objectStore(enrolled(ORG1));
    await expect(start()).rejects.toMatchObject({
      type: 'MaterialMissing',
      message: expect.stringContaining(`Secret ${NAME}-tls in namespace net`) as string,
    });
    expect(await start({}, PLAN)).toMatchObject({ outcome: 'created' });
    expect(store.writes).toEqual([]);
    await start({ tls: false });
    expect(await start({}, PLAN)).toMatchObject({ outcome: 'updated', rolledOut: false });
  });
});
