import { PlatformError } from './failure.ts';

/**
 * @throws PlatformError when this process cannot run a Kubernetes node here, with all reasons at once.
 */
export function refuseUnfitMachine(): void {
  const reasons = [
    ...(process.platform === 'linux' ? [] : [`it needs Linux, this is ${process.platform}`]),
    ...(process.getuid?.() === 0 ? [] : ['namespaces, mounts and cgroups need root, and this is not root']),
  ];
  if (reasons.length === 0) return;
  throw new PlatformError(
    `The embedded platform cannot run here: ${reasons.join('; ')}.\n` +
      'Run it as root on Linux, or use a cluster of your own: --context NAME',
  );
}
