import { describe, expect, it } from 'vitest';

import { remedyInWords } from '../../../src/cli/remedy.ts';
import type { Remedy } from '../../../src/spec/index.ts';

const AGAIN = 'weft up -f network.yaml';

describe('the command line words a remedy', () => {
  const commands: readonly [Remedy, string][] = [
    [{ kind: 'approveRemoval', targets: ['org1/peer2'] }, 'weft up -f network.yaml --yes'],
    [{ kind: 'approveChannelRemoval', channels: ['left'] }, 'weft up -f network.yaml --remove-channels'],
    [
      { kind: 'deleteObject', object: { kind: 'Secret', namespace: 'org1', name: 'org1-peer1-enrollment' } },
      'kubectl delete secret org1-peer1-enrollment -n org1',
    ],
    [
      { kind: 'terminateRun', workflowId: 'network/local/net/org1' },
      'temporal workflow terminate --workflow-id network/local/net/org1',
    ],
    [{ kind: 'installProgram' }, 'weft worker --fabric-bin DIR'],
    [{ kind: 'nameNamespaces', network: 'net' }, '-f FILE'],
  ];
  it.each(commands)('%j ends with the command to type', (remedy, command) => {
    expect(remedyInWords(remedy, AGAIN)?.endsWith(`: ${command}`)).toBe(true);
  });

  const facts: readonly [Remedy, readonly string[]][] = [
    [
      { kind: 'grantRights', rights: ['create secrets in org1', 'list pods in org1'] },
      ['create secrets in org1; list pods in org1'],
    ],
    [
      { kind: 'changeDescription', field: 'kubernetes.storageClass', allowed: ['fast', 'slow'] },
      ['kubernetes.storageClass', 'fast, slow'],
    ],
    [{ kind: 'renameNetwork', network: 'net', namespaces: ['a', 'b'] }, ['another name than net', 'a, b']],
    [
      { kind: 'connectWorker', cluster: 'prod-eu', network: 'net', record: 'net-network' },
      ['worker of prod-eu', 'kubectl delete configmap net-network', AGAIN],
    ],
    [
      { kind: 'removeRecord', namespace: 'a', record: 'net-network' },
      ['kubectl delete configmap net-network -n a', AGAIN],
    ],
    [{ kind: 'fixImage' }, ['image', 'description']],
    [{ kind: 'allowPull' }, ['dockerconfigjson', 'kubernetes.imagePullSecrets']],
    [{ kind: 'satisfyPolicy' }, ['policy', 'description']],
    [{ kind: 'setClock' }, ['clock', 'NTP']],
    [{ kind: 'renameNode', node: 'org1/peer2' }, ['org1/peer2']],
    [{ kind: 'renameChannel', channel: 'mychannel' }, ['mychannel']],
    [{ kind: 'renameChannel', channel: 'mychannel', node: 'org1/peer2' }, ['mychannel', 'org1/peer2', '--prune-data']],
    [{ kind: 'collectSignatures', channel: 'mychannel', missing: ['Admins: 1 of Org2MSP'] }, ['mychannel', 'signed']],
    [{ kind: 'startUnderWorkflowId', workflowId: 'network/local/net' }, ['network/local/net']],
    [{ kind: 'reportDefect' }, ['weft version']],
  ];
  it.each(facts)('%j with every fact in it', (remedy, expected) => {
    const words = remedyInWords(remedy, AGAIN);
    for (const fact of expected) expect(words).toContain(fact);
  });

  it('leaves out what the end of every failure says: run the command again', () => {
    expect(remedyInWords({ kind: 'runAgain' }, AGAIN)).toBeUndefined();
  });
});
