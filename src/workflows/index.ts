export { applyNetwork } from './apply-network.ts';
export { createLocalMsps } from './create-local-msps.ts';
export { inspectNetwork } from './inspect-network.ts';
export { removeNetwork } from './remove-network.ts';
