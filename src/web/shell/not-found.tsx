import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

export function NotFound(): ReactNode {
  return (
    <>
      <Title order={1}>There is nothing here</Title>
      <Text mt="sm">
        All networks are on <Link to="/">the first page</Link>.
      </Text>
    </>
  );
}
