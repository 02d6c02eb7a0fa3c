package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/hyperledger/fabric-chaincode-go/v2/shim"
	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
	"github.com/hyperledger/fabric-protos-go-apiv2/ledger/queryresult"
)

func TestAnAssetIsCreatedOnceAndReadBack(t *testing.T) {
	contract, ctx := newLedger()
	mustSucceed(t, contract.CreateAsset(ctx, "car", "red", 5, "Amara", 300))
	asset, err := contract.ReadAsset(ctx, "car")
	mustSucceed(t, err)
	if want := (Asset{ID: "car", Color: "red", Size: 5, Owner: "Amara", AppraisedValue: 300}); *asset != want {
		t.Errorf("got %+v, want %+v", *asset, want)
	}
	mustFail(t, contract.CreateAsset(ctx, "car", "blue", 1, "Bruno", 1), "asset car exists already")
	mustFail(t, contract.CreateAsset(ctx, "", "blue", 1, "Bruno", 1), "an asset needs an ID")
}

func TestWhatDoesNotExistIsRefused(t *testing.T) {
	contract, ctx := newLedger()
	const refusal = "asset car does not exist"
	_, err := contract.ReadAsset(ctx, "car")
	mustFail(t, err, refusal)
	_, err = contract.TransferAsset(ctx, "car", "Bruno")
	mustFail(t, err, refusal)
	mustFail(t, contract.UpdateAsset(ctx, "car", "red", 5, "Amara", 300), refusal)
	mustFail(t, contract.DeleteAsset(ctx, "car"), refusal)
}

func TestATransferChangesTheOwnerAlone(t *testing.T) {
	contract, ctx := newLedger()
	mustSucceed(t, contract.CreateAsset(ctx, "car", "red", 5, "Amara", 300))
	old, err := contract.TransferAsset(ctx, "car", "Bruno")
	mustSucceed(t, err)
	asset, err := contract.ReadAsset(ctx, "car")
	mustSucceed(t, err)
	if want := (Asset{ID: "car", Color: "red", Size: 5, Owner: "Bruno", AppraisedValue: 300}); old != "Amara" || *asset != want {
		t.Errorf("got %+v from %s, want %+v from Amara", *asset, old, want)
	}
}

func TestAllAssetsComeInTheOrderOfTheirIDs(t *testing.T) {
	contract, ctx := newLedger()
	none, err := contract.GetAllAssets(ctx)
	mustSucceed(t, err)
	if none == nil || len(none) != 0 {
		t.Errorf("an empty ledger answers %v, want an empty list", none)
	}
	mustSucceed(t, contract.InitLedger(ctx))
	mustSucceed(t, contract.DeleteAsset(ctx, "asset2"))
	all, err := contract.GetAllAssets(ctx)
	mustSucceed(t, err)
	ids := []string{}
	for _, asset := range all {
		ids = append(ids, asset.ID)
	}
	if want := []string{"asset1", "asset3", "asset4", "asset5", "asset6"}; !slices.Equal(ids, want) {
		t.Errorf("got %v, want %v", ids, want)
	}
}

func TestASecondInitLedgerKeepsWhatIsThere(t *testing.T) {
	contract, ctx := newLedger()
	mustSucceed(t, contract.InitLedger(ctx))
	mustSucceed(t, contract.UpdateAsset(ctx, "asset1", "black", 1, "Zoe", 1))
	mustSucceed(t, contract.InitLedger(ctx))
	asset, err := contract.ReadAsset(ctx, "asset1")
	mustSucceed(t, err)
	if asset.Owner != "Zoe" {
		t.Errorf("asset1 belongs to %s again, want Zoe", asset.Owner)
	}
}

func TestTheContractIsOneThatTheContractAPITakes(t *testing.T) {
	if _, err := contractapi.NewChaincode(&AssetContract{}); err != nil {
		t.Error(err)
	}
}

func TestAServerSaysWhatItsEnvironmentLacks(t *testing.T) {
	for _, test := range []struct {
		name, want string
		env        map[string]string
	}{
		{"no package ID", "CHAINCODE_ID is not set", nil},
		{"TLS without a key", "CHAINCODE_TLS_KEY is not set", map[string]string{"CHAINCODE_ID": "basic:1", "CHAINCODE_TLS_DISABLED": "false"}},
		{"neither true nor false", `CHAINCODE_TLS_DISABLED is "maybe"`, map[string]string{"CHAINCODE_ID": "basic:1", "CHAINCODE_TLS_DISABLED": "maybe"}},
		{"a file that is not there", "CHAINCODE_TLS_KEY: open /none", map[string]string{
			"CHAINCODE_ID": "basic:1", "CHAINCODE_TLS_DISABLED": "false", "CHAINCODE_TLS_KEY": "/none", "CHAINCODE_TLS_CERT": "/none"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for name, value := range test.env {
				t.Setenv(name, value)
			}
			_, err := newServer(nil)
			mustFail(t, err, test.want)
		})
	}
}

func TestAServerListensInTheClearUnlessToldOtherwise(t *testing.T) {
	t.Setenv("CORE_CHAINCODE_ID_NAME", "basic:1")
	server, err := newServer(nil)
	mustSucceed(t, err)
	if server.CCID != "basic:1" || server.Address != "0.0.0.0:9999" || !server.TLSProps.Disabled {
		t.Errorf("got %+v", server)
	}
}

func mustSucceed(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mustFail(t *testing.T, err error, want string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want an error with %q", err, want)
	}
}

// ledger is a world state of one key per asset. Whatever else a contract could ask of it is nil, and panics.
type ledger struct {
	shim.ChaincodeStubInterface
	state map[string][]byte
}

func newLedger() (*AssetContract, contractapi.TransactionContextInterface) {
	ctx := &contractapi.TransactionContext{}
	ctx.SetStub(&ledger{state: map[string][]byte{}})
	return &AssetContract{}, ctx
}

func (l *ledger) GetState(key string) ([]byte, error) { return l.state[key], nil }

func (l *ledger) PutState(key string, value []byte) error {
	l.state[key] = value
	return nil
}

func (l *ledger) DelState(key string) error {
	delete(l.state, key)
	return nil
}

func (l *ledger) GetStateByRange(string, string) (shim.StateQueryIteratorInterface, error) {
	entries := []*queryresult.KV{}
	for key, value := range l.state {
		entries = append(entries, &queryresult.KV{Key: key, Value: value})
	}
	slices.SortFunc(entries, func(one, other *queryresult.KV) int { return strings.Compare(one.Key, other.Key) })
	return &iterator{entries: entries}, nil
}

type iterator struct{ entries []*queryresult.KV }

func (i *iterator) HasNext() bool { return len(i.entries) > 0 }

func (i *iterator) Next() (*queryresult.KV, error) {
	next := i.entries[0]
	i.entries = i.entries[1:]
	return next, nil
}

func (i *iterator) Close() error { return nil }
