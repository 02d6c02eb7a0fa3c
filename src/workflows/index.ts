export { applyNetwork } from './applyNetwork.ts';
export { createLocalMsps } from './createLocalMsps.ts';
export { inspectNetwork } from './inspectNetwork.ts';
export { removeNetwork } from './removeNetwork.ts';
