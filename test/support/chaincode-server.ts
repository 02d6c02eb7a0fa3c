import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import services from '@hyperledger/fabric-protos/lib/peer/chaincode_shim_grpc_pb.js';
import shim from '@hyperledger/fabric-protos/lib/peer/chaincode_shim_pb.js';
import chaincodes from '@hyperledger/fabric-protos/lib/peer/chaincode_pb.js';
import responses from '@hyperledger/fabric-protos/lib/peer/proposal_response_pb.js';

type Message = InstanceType<typeof shim.ChaincodeMessage>;

/** Answers a transaction's arguments, or throws an error that the chaincode then answers with. */
export type Answer = (args: readonly string[]) => string;

/**
 * A chaincode as a service that keeps no state: it speaks as much of the protocol between peer and chaincode
 * (peer/chaincode_shim.proto) as there is to a question and an answer.
 *
 * @param host where it listens; pods reach it at 0.0.0.0 alone
 */
export async function startChaincodeServer(
  port: number,
  packageId: string,
  answer: Answer,
  host = '127.0.0.1',
): Promise<{ readonly stop: () => void }> {
  const server = new Server();
  server.addService(services.ChaincodeService, {
    connect: (stream: ServerDuplexStream<Message, Message>) => {
      stream.write(registration(packageId));
      stream.on('data', (message: Message) => {
        if (message.getType() === shim.ChaincodeMessage.Type.TRANSACTION) stream.write(completion(message, answer));
      });
      stream.on('end', () => {
        stream.end();
      });
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
  return {
    stop: () => {
      server.forceShutdown();
    },
  };
}

function registration(packageId: string): Message {
  const id = new chaincodes.ChaincodeID();
  id.setName(packageId);
  const message = new shim.ChaincodeMessage();
  message.setType(shim.ChaincodeMessage.Type.REGISTER);
  message.setPayload(id.serializeBinary());
  return message;
}

function completion(transaction: Message, answer: Answer): Message {
  const input = chaincodes.ChaincodeInput.deserializeBinary(transaction.getPayload_asU8());
  const response = new responses.Response();
  try {
    response.setPayload(Buffer.from(answer(input.getArgsList_asU8().map((arg) => Buffer.from(arg).toString('utf8')))));
    response.setStatus(200);
  } catch (error) {
    response.setMessage(error instanceof Error ? error.message : String(error));
    response.setStatus(500);
  }
  const message = new shim.ChaincodeMessage();
  message.setType(shim.ChaincodeMessage.Type.COMPLETED);
  message.setTxid(transaction.getTxid());
  message.setChannelId(transaction.getChannelId());
  message.setPayload(response.serializeBinary());
  return message;
}
