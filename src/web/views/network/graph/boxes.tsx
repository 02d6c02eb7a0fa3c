import { Handle, Position, type Node, type NodeProps } from '@xyflow/react';
import type { ReactNode } from 'react';

import type { ChannelBox, Detail, OrganizationBox } from '../../../model/graph.ts';
import { kindWord, reasonOf, wordOf, worstWord, type NodeInTopology } from '../../../model/topology.ts';
import { StateIcon } from '../../../shell/state.tsx';

export type OrganizationElement = Node<{ readonly box: OrganizationBox; readonly isDimmed: boolean }, 'organization'>;
export type ChannelElement = Node<{ readonly box: ChannelBox; readonly isDimmed: boolean }, 'channel'>;
export type NodeElement = Node<
  { readonly node: NodeInTopology; readonly detail: Detail; readonly isDimmed: boolean },
  'member'
>;
export type GraphElement = OrganizationElement | ChannelElement | NodeElement;

function dimmed(isDimmed: boolean): string {
  return isDimmed ? ' is-dimmed' : '';
}

/** Edges begin and end at the sides of boxes; nobody draws any. */
function Ends(): ReactNode {
  return (
    <>
      <Handle type="target" position={Position.Left} isConnectable={false} className="graph-end" />
      <Handle type="source" position={Position.Right} isConnectable={false} className="graph-end" />
    </>
  );
}

export function OrganizationElementView({ data: { box, isDimmed } }: NodeProps<OrganizationElement>): ReactNode {
  const { name, mspId, nodes } = box.organization;
  const worst = worstWord(nodes);
  return (
    <div className={`graph-box${dimmed(isDimmed)}`}>
      <Ends />
      <div className="graph-title">
        {worst !== undefined && <StateIcon shape={worst.shape} tone={worst.tone} />}
        {name}
        {box.isCompact && <span className="graph-subtitle">{mspId}</span>}
      </div>
      {!box.isCompact && <div className="graph-subtitle">{mspId}</div>}
      {box.counts.map((line) => (
        <div key={line} className="graph-count">
          {line}
        </div>
      ))}
    </div>
  );
}

export function ChannelElementView({ data: { box, isDimmed } }: NodeProps<ChannelElement>): ReactNode {
  const { channel } = box;
  const { name, height, chaincodes } = channel;
  return (
    <div className={`graph-box graph-channel${dimmed(isDimmed)}`}>
      <Ends />
      <div className="graph-title">
        <StateIcon {...wordOf(channel)} />
        {name}
      </div>
      <div className="graph-subtitle">channel{height === undefined ? '' : `, ${height} blocks`}</div>
      <div className="graph-count">{wordOf(channel).word}</div>
      {chaincodes.map((chaincode) => (
        <div key={chaincode.name} className="graph-chaincode">
          <StateIcon {...wordOf(chaincode)} /> {chaincode.name} {chaincode.version}
        </div>
      ))}
    </div>
  );
}

export function NodeElementView({ data: { node, detail, isDimmed } }: NodeProps<NodeElement>): ReactNode {
  const word = wordOf(node);
  const why = reasonOf(node);
  return (
    <div className={`graph-node state-${node.state}${dimmed(isDimmed)}`}>
      <StateIcon shape={word.shape} tone={word.tone} />
      <span className="graph-name">{node.name}</span>
      {detail === 'cards' && (
        <span className="graph-details">
          {kindWord(node.kind)}, {word.word.toLowerCase()}
          {why === '' ? '' : `: ${why}`}
        </span>
      )}
    </div>
  );
}
