import { setWorkflowOptions } from '@temporalio/workflow';

import { addIdentity } from './add-identity.ts';
import { applyNetwork } from './apply-network.ts';
import { createChannel } from './apply/channels/create-channel.ts';
import { createLocalMsps } from './apply/organizations/create-local-msps.ts';
import { deployChaincode } from './apply/chaincodes/deploy-chaincode.ts';
import { startOrganization } from './apply/organizations/start-organization.ts';
import { inspectNetwork } from './inspect-network.ts';
import { keepNetwork } from './keep-network.ts';
import { removeNetwork } from './remove-network.ts';
import { renewNetwork } from './renew-network.ts';
import { revokeIdentity } from './revoke-identity.ts';

/*
 * Every workflow by its name. An error that is none of Temporal's own is a defect: it fails the run with its name, where the
 * SDK's default would have the workflow's task tried again for ever.
 */
const OPTIONS = { failureExceptionTypes: [Error] };
setWorkflowOptions(OPTIONS, applyNetwork);
setWorkflowOptions(OPTIONS, startOrganization);
setWorkflowOptions(OPTIONS, createLocalMsps);
setWorkflowOptions(OPTIONS, createChannel);
setWorkflowOptions(OPTIONS, deployChaincode);
setWorkflowOptions(OPTIONS, inspectNetwork);
setWorkflowOptions(OPTIONS, removeNetwork);
setWorkflowOptions(OPTIONS, renewNetwork);
setWorkflowOptions(OPTIONS, keepNetwork);
setWorkflowOptions(OPTIONS, addIdentity);
setWorkflowOptions(OPTIONS, revokeIdentity);

export {
  applyNetwork,
  startOrganization,
  createLocalMsps,
  createChannel,
  deployChaincode,
  inspectNetwork,
  removeNetwork,
  renewNetwork,
  keepNetwork,
  addIdentity,
  revokeIdentity,
};
