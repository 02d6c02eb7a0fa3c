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
});

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
    expect(await start()).toMatchObject({ outcome: 'created' });
    const { CHAINCODE_ID, ...others } = environment();
    expect(CHAINCODE_ID).toMatch(/^basic_1\.0:[0-9a-f]{64}$/);
    expect(others).toEqual({
      CHAINCODE_SERVER_ADDRESS: '0.0.0.0:9999',
      CORE_CHAINCODE_ID_NAME: CHAINCODE_ID,
      CHAINCODE_TLS_DISABLED: 'true',
    });
    expect(store.left()).toEqual(expect.arrayContaining([`Deployment ${NAME}`, `Service ${NAME}`]));
  });

  test('is told where its TLS pair is', async () => {
    await start({ tls: true });
    expect(environment()).toMatchObject({
      CHAINCODE_TLS_DISABLED: 'false',
      CHAINCODE_TLS_KEY: '/var/hyperledger/chaincode/tls/key.pem',
      CHAINCODE_TLS_CERT: '/var/hyperledger/chaincode/tls/cert.pem',
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

  test('is restarted by a new TLS certificate, where it has one', async () => {
    const hashWith = async (tls: boolean, certificate: string): Promise<string | undefined> => {
      store.put(storedSecret(`${NAME}-tls`, { 'cert.pem': certificate }));
      await start({ tls });
      return configurationOf(store, NAME);
    };
    expect(await hashWith(true, 'first')).not.toBe(await hashWith(true, 'second'));
    expect(await hashWith(false, 'first')).toBe(await hashWith(false, 'second'));
  });

  test('is planned before its organization is enrolled, and not started', async () => {
    store = objectStore([]);
    expect(await start({ tls: true }, PLAN)).toMatchObject({
      outcome: 'created',
      reason: 'its organization is not enrolled yet',
    });
    await expect(start({ tls: true })).rejects.toMatchObject({ type: 'MaterialMissing' });
    expect(await start({}, PLAN)).toMatchObject({ outcome: 'created' });
    expect(store.writes).toEqual([]);
  });
});
