import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

import { certificateAuthorityConfig, coreYaml, ordererYaml } from '../../../../src/fabric/index.ts';

describe("the configuration of an organization's CAs", () => {
  const { ca, tlsca } = certificateAuthorityConfig({
    organization: { name: 'org1', domain: 'org1.example.com' },
    registrar: { name: 'rcaadmin', password: 'pass: #"word' },
    lifetimes: { ca: '87600h', identity: '8760h', tls: '4380h' },
    tls: { certificateFile: '/tls/tls.crt', keyFile: '/tls/tls.key' },
  });
  const [server, second] = [parse(ca) as Configuration, parse(tlsca) as Configuration];

  it('names the two CAs of one server apart, in everything that must not be shared', () => {
    expect([server.ca.name, second.ca.name]).toEqual(['org1-ca', 'org1-tlsca']);
    expect([server.csr.cn, second.csr.cn]).toEqual(['org1-ca', 'org1-tlsca']);
    for (const pick of [
      (c: Configuration) => c.ca.certfile,
      (c: Configuration) => c.ca.chainfile,
      (c: Configuration) => c.db.datasource,
    ]) {
      expect(pick(server)).not.toBe(pick(second));
    }
    expect(server.cafiles).toEqual(['fabric-ca-server-tlsca.yaml']);
  });

  it('gives both the registrar with its password, whatever is in it, and every lifetime', () => {
    for (const config of [server, second]) {
      expect(config.registry.identities).toMatchObject([{ name: 'rcaadmin', pass: 'pass: #"word' }]);
      expect(config.csr.ca.expiry).toBe('87600h');
      expect(config.signing.default.expiry).toBe('8760h');
      expect(config.signing.profiles.tls.expiry).toBe('4380h');
    }
  });

  it('lets a certificate that has ended ask for the next one, at both', () => {
    for (const config of [server, second]) expect(config.ca.reenrollIgnoreCertExpiry).toBe(true);
  });

  it('lets the registrar make no CA below it', () => {
    expect(Object.keys(server.registry.identities[0]?.attrs ?? {})).not.toContain('hf.IntermediateCA');
  });
});

interface Configuration {
  readonly ca: {
    readonly name: string;
    readonly certfile: string;
    readonly chainfile: string;
    readonly reenrollIgnoreCertExpiry: boolean;
  };
  readonly cafiles?: readonly string[];
  readonly csr: { readonly cn: string; readonly ca: { readonly expiry: string } };
  readonly db: { readonly datasource: string };
  readonly registry: { readonly identities: readonly { readonly attrs: Readonly<Record<string, unknown>> }[] };
  readonly signing: {
    readonly default: { readonly expiry: string };
    readonly profiles: { readonly tls: { readonly expiry: string } };
  };
}

describe("Fabric's base files", () => {
  it('register the ccaas builder with the peer, with the variable that it needs', () => {
    expect(parse(coreYaml())).toMatchObject({
      chaincode: {
        externalBuilders: [
          {
            name: 'ccaas_builder',
            path: '/opt/hyperledger/ccaas_builder',
            propagateEnvironment: ['CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG'],
          },
        ],
      },
    });
  });

  it('name no Docker daemon, since a peer that has one is unhealthy without it', () => {
    expect(parse(coreYaml())).toMatchObject({ vm: { endpoint: '' } });
  });

  it('start orderers without a system channel, with metrics, and without the sections that Fabric 3 refuses', () => {
    const orderer = parse(ordererYaml()) as Record<string, unknown>;
    expect(orderer).toMatchObject({ General: { BootstrapMethod: 'none' }, ChannelParticipation: { Enabled: true } });
    expect(orderer).toMatchObject({ Metrics: { Provider: 'prometheus' } });
    expect(Object.keys(orderer)).not.toContain('Kafka');
  });
});
