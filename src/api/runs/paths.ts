/** Where a run is found. */
export function runPath(id: string): string {
  return `/v1/runs/${id}`;
}
