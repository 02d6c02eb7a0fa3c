import { platformEnvironment, startPlatform } from '../local/index.ts';
import type { EmbeddedPlatform } from './session.ts';

/** The embedded platform as commands use it. */
export function embeddedPlatform(): EmbeddedPlatform {
  return {
    environment: () => platformEnvironment(),
    start: (onProgress, signal) => startPlatform({ report: onProgress, signal }),
  };
}
