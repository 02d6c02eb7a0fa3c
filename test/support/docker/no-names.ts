import { createSocket } from 'node:dgram';

/*
 * A name server that knows no name, at the address that is its argument. Docker's own name server for containers asks it about all
 * names but those of services. Where that got no answer it would give none, and who asks (gRPC, for the configuration of a service)
 * would wait for seconds at every connection.
 */

/** The second pair of bytes of an answer: a response, of a server that recurses, with code 3: there is no such name (RFC 1035, 4.1.1). */
const NO_SUCH_NAME = [0x81, 0x83];

const socket = createSocket('udp4');
socket.on('message', (query, { port, address }) => {
  const answer = Buffer.from(query);
  answer.set(NO_SUCH_NAME, 2);
  socket.send(answer, port, address);
});
socket.bind(53, process.argv[2]);
