import type { Database } from '../database/index.ts';
import type { OperationContext } from '../operations/index.ts';

/** What the API works with: the use cases' own needs, and the service's tables. */
export interface ApiServices extends Pick<OperationContext, 'temporal' | 'cluster' | 'now'> {
  readonly database: Database;
}

/** What a use case works with that somebody asks for. */
export function contextFor({ temporal, cluster, now }: ApiServices, requestedBy: string): OperationContext {
  return { temporal, cluster, now, requestedBy };
}
