/**
 * How many of a channel's BFT consenters must be there for it to order: 2f+1 of 3f+1, where f may lie or be lost
 * (computeQuorum in SmartBFT's internal/bft/util.go, ComputeBFTQuorum in Fabric's common/policies/bft.go).
 */
export function bftQuorum(consenters: number): number {
  const faulty = Math.floor((consenters - 1) / 3);
  return Math.ceil((consenters + faulty + 1) / 2);
}
