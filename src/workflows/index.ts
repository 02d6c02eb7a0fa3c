export { applyNetwork } from './apply-network.ts';
export { startOrganization } from './apply/start-organization.ts';
export { createLocalMsps } from './apply/create-local-msps.ts';
export { createChannel } from './apply/create-channel.ts';
export { deployChaincode } from './apply/deploy-chaincode.ts';
export { inspectNetwork } from './inspect-network.ts';
export { removeNetwork } from './remove-network.ts';
