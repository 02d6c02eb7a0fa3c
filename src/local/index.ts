export { platformService, type ApiPlan, type PlatformService } from './api.ts';
export { formatProgressLine } from './artifacts/progress.ts';
export { preparePage } from './artifacts/page.ts';
export {
  findPlatform,
  missingTemporalFolder,
  platformCluster,
  platformEnvironment,
  type PlatformEnvironment,
} from './environment.ts';
export type { ExistingCluster } from './existing-cluster.ts';
export { ArtifactError, PlatformError, PlatformNotRunning } from './failure.ts';
export { resolveInstance, type Instance } from './instance.ts';
export type { Report } from './start-context.ts';
export { pushGoProgram, type GoProgram, type PushedImage } from './registry/push-program.ts';
export { resetPlatform } from './reset.ts';
export { startPlatform, type StartOptions } from './start.ts';
export { platformStatus, type AskCluster, type ComponentStatus, type PlatformStatus } from './status.ts';
export { stopPlatform, type StopOptions } from './stop.ts';
export type { WorkerPlan } from './worker.ts';
