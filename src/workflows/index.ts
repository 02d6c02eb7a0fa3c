export { applyNetwork } from './apply-network.ts';
export { startOrganization } from './start-organization.ts';
export { createLocalMsps } from './create-local-msps.ts';
export { createChannel } from './create-channel.ts';
export { deployChaincode } from './deploy-chaincode.ts';
export { inspectNetwork } from './inspect-network.ts';
export { removeNetwork } from './remove-network.ts';
