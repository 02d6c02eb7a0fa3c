import { readdir } from 'node:fs/promises';

import { CommandFailure } from '../command-failure.ts';
import { EXIT } from '../exit-codes.ts';

/**
 * @param folder - as the user named it.
 * @param directory - its absolute path.
 * @throws CommandFailure when it has no Go module, with what can be done instead for what it has.
 */
export async function refuseOtherThanGo(folder: string, directory: string): Promise<void> {
  const files = await readdir(directory).catch((error: unknown) => {
    throw new CommandFailure({
      exitCode: EXIT.usage,
      message: `${folder} is no folder that can be read: ${reasonOf(error)}`,
    });
  });
  if (files.includes('go.mod')) return;
  throw new CommandFailure({
    exitCode: EXIT.usage,
    message: `${folder} has no go.mod: weft chaincode push builds chaincode in Go${otherThing(files)}.`,
    hints: [
      'A new module: go mod init example.com/mychaincode && go mod tidy',
      'For anything else, every tool that pushes to localhost:5000 will do (weft local status tells if the port is another one):',
      `  buildah build -t localhost:5000/mychaincode:1.0 ${folder} && buildah push --tls-verify=false localhost:5000/mychaincode:1.0`,
      `  docker build -t localhost:5000/mychaincode:1.0 ${folder} && docker push localhost:5000/mychaincode:1.0`,
    ],
  });
}

/** What the folder seems to hold instead. */
function otherThing(files: readonly string[]): string {
  if (files.some((file) => file === 'Dockerfile' || file === 'Containerfile'))
    return ', and this is one with a Dockerfile';
  if (files.includes('package.json'))
    return ', and this is JavaScript or TypeScript, which needs an image with Node in it';
  if (files.some((file) => /^(pom\.xml|build\.gradle(\.kts)?)$/.test(file))) return ', and this is Java';
  return '';
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
