/** Something on the graph, by its middle. */
export interface PointOnGraph {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

export type Direction = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

/** What stands beside an arrow's direction counts so much more than what stands in it: going right in a row stays in the row. */
const SIDEWAYS = 3;

/** The nearest one in the direction of an arrow key; undefined at the edge. */
export function neighbour(
  from: PointOnGraph,
  all: readonly PointOnGraph[],
  direction: Direction,
): PointOnGraph | undefined {
  let nearest: PointOnGraph | undefined;
  let least = Infinity;
  for (const other of all) {
    const [ahead, aside] = offsets(from, other, direction);
    if (other.id === from.id || ahead <= 0) continue;
    const distance = ahead + SIDEWAYS * Math.abs(aside);
    if (distance >= least) continue;
    nearest = other;
    least = distance;
  }
  return nearest;
}

function offsets(from: PointOnGraph, to: PointOnGraph, direction: Direction): readonly [ahead: number, aside: number] {
  const right = to.x - from.x;
  const down = to.y - from.y;
  switch (direction) {
    case 'ArrowRight':
      return [right, down];
    case 'ArrowLeft':
      return [-right, down];
    case 'ArrowDown':
      return [down, right];
    case 'ArrowUp':
      return [-down, right];
  }
}
