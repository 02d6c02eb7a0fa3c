package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hyperledger/fabric-contract-api-go/v2/contractapi"
)

// AssetContract keeps assets in the world state, one per key. What it answers and writes depends on the world state
// and the arguments alone: every peer that endorses a transaction has to come to the same result.
type AssetContract struct {
	contractapi.Contract
}

// InitLedger adds the sample assets that are not there. What is there stays, so that it can be called again after an
// upgrade.
func (c *AssetContract) InitLedger(ctx contractapi.TransactionContextInterface) error {
	for _, asset := range samples {
		exists, err := c.AssetExists(ctx, asset.ID)
		if err != nil {
			return err
		}
		if exists {
			continue
		}
		if err := write(ctx, asset); err != nil {
			return err
		}
	}
	return nil
}

// CreateAsset adds an asset. It fails if there is one of this ID.
func (c *AssetContract) CreateAsset(
	ctx contractapi.TransactionContextInterface, id string, color string, size int, owner string, appraisedValue int,
) error {
	if id == "" {
		return errors.New("an asset needs an ID")
	}
	exists, err := c.AssetExists(ctx, id)
	if err != nil {
		return err
	}
	if exists {
		return fmt.Errorf("asset %s exists already", id)
	}
	return write(ctx, Asset{ID: id, Color: color, Size: size, Owner: owner, AppraisedValue: appraisedValue})
}

// ReadAsset answers with the asset of an ID.
func (c *AssetContract) ReadAsset(ctx contractapi.TransactionContextInterface, id string) (*Asset, error) {
	content, err := ctx.GetStub().GetState(id)
	if err != nil {
		return nil, fmt.Errorf("asset %s cannot be read: %w", id, err)
	}
	if content == nil {
		return nil, fmt.Errorf("asset %s does not exist", id)
	}
	return parse(content)
}

// UpdateAsset replaces everything of an asset but its ID.
func (c *AssetContract) UpdateAsset(
	ctx contractapi.TransactionContextInterface, id string, color string, size int, owner string, appraisedValue int,
) error {
	if err := c.refuseMissing(ctx, id); err != nil {
		return err
	}
	return write(ctx, Asset{ID: id, Color: color, Size: size, Owner: owner, AppraisedValue: appraisedValue})
}

// DeleteAsset removes an asset.
func (c *AssetContract) DeleteAsset(ctx contractapi.TransactionContextInterface, id string) error {
	if err := c.refuseMissing(ctx, id); err != nil {
		return err
	}
	return ctx.GetStub().DelState(id)
}

// TransferAsset gives an asset to a new owner, and answers with the old one.
func (c *AssetContract) TransferAsset(
	ctx contractapi.TransactionContextInterface, id string, newOwner string,
) (string, error) {
	asset, err := c.ReadAsset(ctx, id)
	if err != nil {
		return "", err
	}
	oldOwner := asset.Owner
	asset.Owner = newOwner
	return oldOwner, write(ctx, *asset)
}

// AssetExists tells whether there is an asset of an ID.
func (c *AssetContract) AssetExists(ctx contractapi.TransactionContextInterface, id string) (bool, error) {
	content, err := ctx.GetStub().GetState(id)
	if err != nil {
		return false, fmt.Errorf("asset %s cannot be read: %w", id, err)
	}
	return content != nil, nil
}

// GetAllAssets answers with every asset, in the order of their IDs.
func (c *AssetContract) GetAllAssets(ctx contractapi.TransactionContextInterface) (assets []*Asset, err error) {
	// The contract API checks answers against their type, in which no list is not an empty one.
	assets = []*Asset{}
	all, err := ctx.GetStub().GetStateByRange("", "")
	if err != nil {
		return nil, fmt.Errorf("the assets cannot be listed: %w", err)
	}
	defer func() { err = errors.Join(err, all.Close()) }()
	for all.HasNext() {
		entry, err := all.Next()
		if err != nil {
			return nil, fmt.Errorf("the assets cannot be listed: %w", err)
		}
		asset, err := parse(entry.GetValue())
		if err != nil {
			return nil, err
		}
		assets = append(assets, asset)
	}
	return assets, nil
}

// GetEvaluateTransactions names what only reads, for clients that choose between evaluating and submitting by it.
func (c *AssetContract) GetEvaluateTransactions() []string {
	return []string{"ReadAsset", "AssetExists", "GetAllAssets"}
}

func (c *AssetContract) refuseMissing(ctx contractapi.TransactionContextInterface, id string) error {
	exists, err := c.AssetExists(ctx, id)
	if err != nil {
		return err
	}
	if !exists {
		return fmt.Errorf("asset %s does not exist", id)
	}
	return nil
}

func write(ctx contractapi.TransactionContextInterface, asset Asset) error {
	content, err := json.Marshal(asset)
	if err != nil {
		return err
	}
	return ctx.GetStub().PutState(asset.ID, content)
}

func parse(content []byte) (*Asset, error) {
	var asset Asset
	if err := json.Unmarshal(content, &asset); err != nil {
		return nil, fmt.Errorf("the ledger has something that is no asset: %w", err)
	}
	return &asset, nil
}
