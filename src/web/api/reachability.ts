import { useSyncExternalStore } from 'react';

/** Whether the last answer came from the API, which the whole page wants to know. */
interface Reachability {
  note(isReachable: boolean): void;
}

let reachable = true;
const listeners = new Set<() => void>();

export const reachability: Reachability = {
  note: (isReachable) => {
    if (isReachable === reachable) return;
    reachable = isReachable;
    for (const listener of listeners) listener();
  },
};

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function useReachable(): boolean {
  return useSyncExternalStore(subscribe, () => reachable);
}
