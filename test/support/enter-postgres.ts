import { inject } from 'vitest';

// test/unit/database/test-database.ts looks for it when it is loaded.
process.env['WEFT_TEST_POSTGRES'] = inject('postgres');
