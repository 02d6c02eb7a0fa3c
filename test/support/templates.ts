import type { TemplateVariables } from '../../src/templates/index.ts';

/** Those of some variables that a template names: it refuses the others. */
export function variablesOf(text: string, variables: TemplateVariables): TemplateVariables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => text.includes(`\${${name}}`)));
}

/** A value for every placeholder of kube/, of an organization with a namespace that is called as the network. */
export function exampleVariables(network: string): TemplateVariables {
  return {
    NETWORK: network,
    NAMESPACE: network,
    ORGANIZATION: 'org1',
    NODE: 'org1-peer1',
    COMPONENT: 'peer',
    NAME: 'org1-peer1-msp',
    IDENTITY: 'app1',
    STORAGE: '1Gi',
    STORAGE_CLASS: null,
    IMAGE: 'ghcr.io/hyperledger/fabric-peer:2.5.9',
    RESOURCES: { requests: { cpu: '50m', memory: '64Mi' } },
    ROLLOUT_TIMEOUT_SECONDS: 600,
    CONFIGURATION_HASH: '0123456789abcdef',
    CERTIFICATES_HASH: '0123456789abcdef',
    ADMIN_CA: '0123456789abcdef',
    ADMIN_CA_SECRET: 'org1-admin-ca',
    OPERATIONS_CA: '0123456789abcdef',
    OPERATIONS_CA_SECRET: 'org1-operations-ca',
    ENVIRONMENT: { CORE_PEER_ID: 'peer1' },
    SECRET_VARIABLES: [{ name: 'A', valueFrom: { secretKeyRef: { name: 'secret', key: 'a' } } }],
    POD_USER: 7051,
    IMAGE_PULL_SECRETS: [{ name: 'registry' }],
    DATA: { 'cert.pem': Buffer.from('certificate').toString('base64') },
    CERTIFICATES: { 'ca.pem': 'certificate' },
    CORE_YAML: 'peer: {}\n',
    ORDERER_YAML: 'General: {}\n',
    NODE_OU_CONFIG: 'NodeOUs: {}\n',
    RECORD: { 'network.json': '{}\n', state: 'applied' },
    SERVER: 'org1-ccaas-mychannel-basic',
    JOB: 'org1-peer1-unjoin-1a2b3c4d',
    CHANNEL: 'mychannel',
    REMOVED: null,
    WORKERS: [{ namespaceSelector: {}, podSelector: { matchLabels: { 'app.kubernetes.io/name': 'weft-worker' } } }],
    METRICS: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } }, podSelector: {} }],
    CA_EGRESS: null,
    ORDERERS_ELSEWHERE: { ports: [{ protocol: 'TCP', port: 443 }] },
    PEERS_ELSEWHERE: { ports: [{ protocol: 'UDP', port: 8125 }] },
    CHAINCODE_EGRESS: [{ ports: [{ protocol: 'TCP', port: 5432 }] }],
    BLOCK: Buffer.from('block').toString('base64'),
  };
}
