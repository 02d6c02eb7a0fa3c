/*
 * Loaded before a program (`node --import`): its clock goes `WEFT_TEST_CLOCK_LEAD` milliseconds ahead of the machine's. OpenSSL's own clock, which judges the
 * certificates of servers, stays.
 */

const lead = Number(process.env['WEFT_TEST_CLOCK_LEAD']);
if (!Number.isFinite(lead)) throw new Error('WEFT_TEST_CLOCK_LEAD has to be a number of milliseconds.');

const now = Date.now.bind(Date);

globalThis.Date = new Proxy(Date, {
  construct: (target, parameters, newTarget): object =>
    Reflect.construct(target, parameters.length === 0 ? [now() + lead] : parameters, newTarget) as object,
  apply: () => new Date(now() + lead).toString(),
  get: (target, name, receiver): unknown => (name === 'now' ? () => now() + lead : Reflect.get(target, name, receiver)),
});
