import { temporalNamespaceOf } from './shards.ts';

// Vitest numbers the processes that run files at the same time, from 1. Commands and workers inherit the variable.
process.env['TEMPORAL_NAMESPACE'] = temporalNamespaceOf(Number(process.env['VITEST_POOL_ID']));
