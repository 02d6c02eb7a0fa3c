import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

import { DescriptionEditor } from './description.tsx';

/** A network that can be brought up as it is: an organization that orders, and one with a peer. */
const EXAMPLE = `name: test-network
organizations:
  - { name: org0, mspId: OrdererMSP, domain: org0.example.com, orderers: 1 }
  - { name: org1, mspId: Org1MSP, domain: org1.example.com, peers: 1 }
channels:
  - { name: mychannel, orderers: [org0], peers: [org1] }
`;

export function NewNetwork(): ReactNode {
  return (
    <>
      <title>New network – Weft</title>
      <Title order={1} size="h2">
        New network
      </Title>
      <Text my="sm">Nothing is done before you have seen the plan and applied it.</Text>
      <DescriptionEditor current={undefined} initial={EXAMPLE} />
    </>
  );
}
